//! Many clients at once.

use std::thread;

use serde_json::{Value, json};

use crate::server::{Client, Server, create, id, rename};

#[test]
fn a_thousand_connections_are_served() {
    let server = Server::unix(&[]);
    let mut clients: Vec<Client> = (0..1000).map(|_| server.client()).collect();
    for (number, client) in clients.iter_mut().enumerate() {
        client.send(format!("{}\n", create(number)));
    }
    for client in &mut clients {
        assert_eq!(client.answer().unwrap()["step"], 1);
    }
    let counters = clients[0].call(&json!({"method": "calls"}));
    assert_eq!(counters["result"]["create_thread"], 1000);
}

#[test]
fn calls_of_several_clients_are_atomic_and_counted() {
    const CLIENTS: usize = 8;
    const STEPS: usize = 500;
    let server = Server::unix(&[]);
    thread::scope(|scope| {
        for number in 0..CLIENTS {
            let mut client = server.client();
            scope.spawn(move || {
                client.call(&create(number));
                for step in 0..STEPS {
                    let name = format!("{number}-{step}");
                    assert_eq!(client.call(&rename(number, &name))["result"]["name"], json!(name));
                    let item = json!({"method": "append_items", "params": {"thread_id": id(99), "items": [{"n": number}]}});
                    assert_eq!(client.call(&item)["result"], Value::Null);
                }
            });
        }
    });
    let mut client = server.client();
    let counters = client.call(&json!({"method": "calls"}));
    assert_eq!(counters["result"]["update_thread_metadata"], CLIENTS * STEPS);
    assert_eq!(counters["result"]["append_items"], CLIENTS * STEPS);
    let history = client.call(&json!({"method": "load_history", "params": {"thread_id": id(99)}}));
    assert_eq!(
        history["result"]["items"].as_array().unwrap().len(),
        CLIENTS * STEPS
    );
}

//! Many clients at once.

use std::thread;

use serde_json::{Value, json};
use threadloupe::contract::OPS;
use threadloupe::workbench::random::RandomScenarios;

use super::server::{Client, Server, answers, create, id, rename, stdio};

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

/// A random scenario on threads of its own. Lists and paths concern the threads of others too, so it has none.
fn of_client(number: u64) -> Vec<String> {
    let shared = ["list_threads", "read_thread_by_rollout_path", "resume_thread"];
    let methods = OPS
        .iter()
        .map(|row| row.name)
        .filter(|name| !shared.contains(name));
    let scenarios = RandomScenarios::new(23)
        .with_steps(300)
        .with_methods(methods)
        .unwrap();
    // The ids that all scenarios have become ids of the client.
    let own = |last: char| format!("{number:08x}-0000-4000-8000-00000000000{last}");
    let ids = [
        ("00000000-0000-0000-0000-000000000000", own('0')),
        ("00000000000000000000000000000000", own('0').replace('-', "")),
        ("ffffffff-ffff-ffff-ffff-ffffffffffff", own('1')),
    ];
    let replaced = |text: String| ids.iter().fold(text, |text, (id, own)| text.replace(id, own));
    scenarios.case(number).into_iter().map(replaced).collect()
}

#[test]
fn the_answers_of_each_of_eight_clients_are_those_of_its_scenario_alone() {
    const CLOCK: [&str; 2] = ["--clock", "2026-05-13T00:28:15Z"];
    let server = Server::unix(&CLOCK);
    let scenarios: Vec<Vec<String>> = (1..=8).map(of_client).collect();
    thread::scope(|scope| {
        for steps in &scenarios {
            let mut client = server.client();
            scope.spawn(move || {
                let alone = stdio(&CLOCK, steps.join("\n"));
                for (step, answer) in steps.iter().zip(answers(&alone.stdout)) {
                    client.send(format!("{step}\n"));
                    assert_eq!(client.answer().unwrap(), answer, "{step}");
                }
            });
        }
    });
    let counters = server.client().call(&json!({"method": "calls"}));
    for row in OPS.iter().filter(|row| row.counted) {
        let begin = format!("{{\"method\":\"{}\"", row.name);
        let calls = scenarios
            .iter()
            .flatten()
            .filter(|step| step.starts_with(&begin))
            .count();
        assert_eq!(counters["result"][row.name], calls, "{}", row.name);
    }
}

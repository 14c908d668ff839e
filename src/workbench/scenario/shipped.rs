//! The scenarios that come with the crate, as texts, and whom each of them binds.

use crate::contract::{RULES, Rule, RuleExample, RuleScope};

/// A scenario that comes with the crate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Shipped {
    /// The name of its file in `assets/scenarios`.
    pub name: &'static str,
    /// The file itself.
    pub text: &'static str,
}

impl Shipped {
    /// The rules that it shows: those in [`RULES`] that have a step of it as an example.
    pub fn rules(&self) -> impl Iterator<Item = &'static Rule> + use<> {
        let name = self.name;
        RULES.iter().filter(move |rule| {
            let mut examples = rule.examples.iter();
            examples.any(|example| matches!(example, RuleExample::Step { file, .. } if *file == name))
        })
    }

    /// Which stores it binds: every store, if all rules that it shows are the contract's. Another one is written for the
    /// in-memory store, or for a live thread on it, and a different store may well fail it.
    pub fn scope(&self) -> RuleScope {
        let mut scopes = self.rules().map(|rule| rule.scope).peekable();
        if scopes.peek().is_none() {
            return RuleScope::InMemory;
        }
        scopes
            .find(|scope| *scope != RuleScope::Contract)
            .unwrap_or(RuleScope::Contract)
    }
}

macro_rules! shipped {
    ($( $name:literal )*) => {
        const SHIPPED: &[Shipped] = &[
            $( Shipped {
                name: concat!($name, ".jsonl"),
                text: include_str!(concat!("../../../assets/scenarios/", $name, ".jsonl")),
            }, )*
        ];
    };
}
shipped! {
    "a-writing" "c-counters" "g-history" "g-reading" "l-listing" "m-in-memory" "m-metadata" "p-paths"
    "r-registry"
    "s-wire" "tour" "v-live"
}

/// All scenarios that come with the crate, by name.
pub fn shipped() -> &'static [Shipped] {
    SHIPPED
}

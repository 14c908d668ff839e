//! The scenarios that are included in the crate, and the stores that each of them applies to.

use crate::contract::{RULES, Rule, RuleExample, RuleScope};

/// A scenario that is included in the crate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Shipped {
    /// The name of its file in `assets/scenarios`.
    pub name: &'static str,
    /// The contents of the file.
    pub text: &'static str,
}

impl Shipped {
    /// The rules that it shows: those in [`RULES`] with one of its steps as an example.
    pub fn rules(&self) -> impl Iterator<Item = &'static Rule> + use<> {
        let name = self.name;
        RULES.iter().filter(move |rule| {
            let mut examples = rule.examples.iter();
            examples.any(|example| matches!(example, RuleExample::Step { file, .. } if *file == name))
        })
    }

    /// The stores that it applies to: every store, if it only shows rules of the contract. Other scenarios are written
    /// for the in-memory store or for a live thread on it, and other stores may fail them.
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

/// All scenarios that are included in the crate, sorted by name.
pub fn shipped() -> &'static [Shipped] {
    SHIPPED
}

//! The facets of a history, each of which can be hidden: the kinds of items, with messages divided by author, in
//! groups.

use std::collections::BTreeSet;

use crate::protocol::RolloutItem;
use crate::protocol::kinds::{AuthorRole, ItemKind, KINDS};
use crate::protocol::numbers::count;

/// The key of a facet: the type of the line, the type of the payload, and the author.
pub type Facet = (&'static str, &'static str, AuthorRole);

/// The authors of messages.
const AUTHORS: [AuthorRole; 3] = [AuthorRole::User, AuthorRole::Assistant, AuthorRole::System];

/// Returns the facet of an item.
pub fn facet_of(item: &RolloutItem) -> Facet {
    let kind = item.content_kind();
    let role = match kind.name {
        "message" => item.role(),
        _ => kind.role,
    };
    (kind.outer, kind.name, role)
}

/// Returns the facets of a kind.
pub fn facets_of(kind: &'static ItemKind) -> impl Iterator<Item = Facet> {
    let authors = match kind.name {
        "message" => &AUTHORS[..],
        _ => std::slice::from_ref(&kind.role),
    };
    authors.iter().map(|role| (kind.outer, kind.name, *role))
}

/// Returns all facets.
pub fn all() -> impl Iterator<Item = Facet> {
    KINDS.iter().flat_map(facets_of)
}

/// Describes in a few words which facets are hidden.
pub fn words(hidden: &BTreeSet<Facet>) -> String {
    let is_only =
        |group: &FacetGroup| all().all(|facet| hidden.contains(&facet) != (FacetGroup::of(facet) == *group));
    if let Some(group) = FacetGroup::ALL.iter().find(|group| is_only(group)) {
        return format!("only {}", group.name());
    }
    let shown = all().filter(|facet| !hidden.contains(facet)).count();
    match shown < hidden.len() {
        true => format!("only {}", count(shown as u64, "kind")),
        false => format!("{} hidden", count(hidden.len() as u64, "kind")),
    }
}

/// A group of facets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FacetGroup {
    /// What the user and the agent say, and the reasoning of the agent.
    People,
    /// Calls and their output.
    Tools,
    /// Everything else.
    Bookkeeping,
}

impl FacetGroup {
    /// All groups in the order of the checklist.
    pub const ALL: [Self; 3] = [Self::People, Self::Tools, Self::Bookkeeping];

    /// Returns the group of a facet.
    pub fn of((_, _, role): Facet) -> Self {
        match role {
            AuthorRole::User | AuthorRole::Assistant | AuthorRole::Reasoning => Self::People,
            AuthorRole::Tool => Self::Tools,
            AuthorRole::System | AuthorRole::Lifecycle | AuthorRole::Damage | AuthorRole::Unknown => {
                Self::Bookkeeping
            }
        }
    }

    /// Returns the name.
    pub fn name(self) -> &'static str {
        match self {
            Self::People => "people",
            Self::Tools => "tools",
            Self::Bookkeeping => "bookkeeping",
        }
    }

    /// Returns a sentence about the group.
    pub fn about(self) -> &'static str {
        match self {
            Self::People => "What the user and the agent say, and reasoning.",
            Self::Tools => "Calls of tools, their output, and events about them.",
            Self::Bookkeeping => "Instructions, settings, token counts, starts and ends.",
        }
    }
}

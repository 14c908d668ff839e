//! Moving between rows. Only the functions for parents, children and siblings can return hidden rows.

use super::{JsonTree, NONE};

/// Moving between rows. Returns `None` if there is no such row.
impl JsonTree {
    /// Returns the next visible row.
    pub fn next_visible(&self, row: usize) -> Option<usize> {
        let node = self.nodes.get(row)?;
        let next = if self.folded.get(row) {
            node.next as usize
        } else {
            row + 1
        };
        (next < self.len())
            .then_some(next)
            .filter(|next| self.is_visible(*next))
    }

    /// Returns the previous visible row.
    #[cfg(test)]
    pub fn prev_visible(&self, row: usize) -> Option<usize> {
        self.row_at(self.visible.rank(row).checked_sub(1)?)
    }

    /// Returns the container of a row.
    pub fn parent(&self, row: usize) -> Option<usize> {
        self.nodes
            .get(row)
            .filter(|node| node.parent != NONE)
            .map(|node| node.parent as usize)
    }

    /// Returns the first value in a container.
    pub fn first_child(&self, row: usize) -> Option<usize> {
        self.nodes.get(row).filter(|node| node.count > 0).map(|_| row + 1)
    }

    /// Returns the next value in the same container.
    pub fn next_sibling(&self, row: usize) -> Option<usize> {
        let node = self.nodes.get(row)?;
        let next = self.nodes.get(node.next as usize)?;
        (next.parent == node.parent).then_some(node.next as usize)
    }

    /// Returns the previous value in the same container.
    #[cfg(test)]
    pub fn prev_sibling(&self, row: usize) -> Option<usize> {
        let parent = self.parent(row)?;
        let mut at = row.checked_sub(1).filter(|before| *before != parent)?;
        while self.parent(at)? != parent {
            at = self.parent(at)?;
        }
        Some(at)
    }
}

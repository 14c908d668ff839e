//! Folding and unfolding, and updating the visible rows.

use super::{JsonTree, Node};

/// Folding.
impl JsonTree {
    /// Hides the contents of a row. Does nothing for a leaf.
    pub fn fold(&mut self, row: usize) {
        if self.first_child(row).is_some() && !self.folded.get(row) {
            self.folded.set(row, true);
            self.show_below(row);
        }
    }

    /// Shows the contents of a row again, with their previous folds.
    pub fn unfold(&mut self, row: usize) {
        if self.folded.get(row) {
            self.folded.set(row, false);
            self.show_below(row);
        }
    }

    /// Folds an open row or unfolds a folded one.
    pub fn toggle(&mut self, row: usize) {
        if self.folded.get(row) {
            self.unfold(row);
        } else {
            self.fold(row);
        }
    }

    /// Folds a row and every container below it.
    #[cfg(test)]
    pub fn fold_all(&mut self, row: usize) {
        self.fold_by(row, |_| true);
    }

    /// Shows everything below a row.
    pub fn unfold_all(&mut self, row: usize) {
        self.fold_by(row, |_| false);
    }

    /// Shows the whole tree down to a depth of `level` containers and folds the rest. 0 shows only the outermost row.
    pub fn fold_to_level(&mut self, level: usize) {
        self.fold_by(0, |node| node.depth as usize >= level);
    }

    /// Unfolds the enclosing containers of a row, so that the row is visible.
    pub fn reveal(&mut self, row: usize) {
        let mut outermost = None;
        let mut at = row;
        while let Some(parent) = self.parent(at) {
            if self.folded.get(parent) {
                self.folded.set(parent, false);
                outermost = Some(parent);
            }
            at = parent;
        }
        if let Some(outermost) = outermost {
            self.show_below(outermost);
        }
    }

    /// Folds or unfolds each container from a row on down, and updates the visible rows.
    fn fold_by(&mut self, row: usize, folds: impl Fn(&Node) -> bool) {
        for at in row..self.end_of(row) {
            let node = &self.nodes[at];
            self.folded.set(at, node.count > 0 && folds(node));
        }
        self.show_below(row);
    }

    fn end_of(&self, row: usize) -> usize {
        self.nodes[row].next as usize
    }

    /// Updates which rows below a row are visible.
    fn show_below(&mut self, row: usize) {
        let end = self.end_of(row);
        let shown = self.is_visible(row) && !self.folded.get(row);
        self.visible.fill(row + 1..end, shown);
        let mut at = row + 1;
        while shown && at < end {
            if self.folded.get(at) {
                let below = self.end_of(at);
                self.visible.fill(at + 1..below, false);
                at = below;
            } else {
                at += 1;
            }
        }
        self.visible.count();
    }
}

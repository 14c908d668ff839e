//! Folding and unfolding, and finding out anew what can be seen afterwards.

use super::{JsonTree, Node};

/// Folding.
impl JsonTree {
    /// Hides what is below a row; nothing for a leaf.
    pub fn fold(&mut self, row: usize) {
        if self.first_child(row).is_some() && !self.folded.get(row) {
            self.folded.set(row, true);
            self.show_below(row);
        }
    }

    /// Shows what is below a row again, as it was folded before.
    pub fn unfold(&mut self, row: usize) {
        if self.folded.get(row) {
            self.folded.set(row, false);
            self.show_below(row);
        }
    }

    /// Folds what is open and the other way round.
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

    /// Shows the whole tree down to `level` containers deep and folds what is below: 0 leaves only the outermost row.
    pub fn fold_to_level(&mut self, level: usize) {
        self.fold_by(0, |node| node.depth as usize >= level);
    }

    /// Unfolds the containers around a row, so that it can be seen.
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

    /// Folds each container from a row on down, or not, and shows what is to be seen then.
    fn fold_by(&mut self, row: usize, folds: impl Fn(&Node) -> bool) {
        for at in row..self.end_of(row) {
            let fold = self
                .nodes
                .get(at)
                .is_some_and(|node| node.count > 0 && folds(node));
            self.folded.set(at, fold);
        }
        self.show_below(row);
    }

    fn end_of(&self, row: usize) -> usize {
        self.nodes.get(row).map_or(row, |node| node.next as usize)
    }

    /// Finds out anew which rows below one can be seen.
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

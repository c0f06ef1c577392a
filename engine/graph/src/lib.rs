//! Graphs over small ids: order, cycles explained, ready queue.
//!
//! Nodes are the numbers `0..n`; what they mean is the caller's business. An edge `(before, after)` says that `before`
//! comes first. Graphs are built once and then only read, so they are kept as compressed rows: two arrays a
//! direction, no allocation per node.
//!
//! **Invariant.** Everything here is iterative and linear in nodes and edges (finding a short cycle apart, which only
//! happens on the way to an error).

mod cycle;
mod order;
mod ready;

pub use cycle::{Cycle, cycles};
pub use order::topological;
pub use ready::ReadyQueue;

/// Collects edges; becomes a [`Graph`].
#[derive(Clone, Debug, Default)]
pub struct Builder {
    nodes: usize,
    edges: Vec<(u32, u32)>,
}

impl Builder {
    /// A graph of `nodes` nodes and no edge.
    ///
    /// # Panics
    /// When there are more nodes than 32 bits can name.
    #[must_use]
    pub fn new(nodes: usize) -> Self {
        assert!(u32::try_from(nodes).is_ok(), "a graph has fewer than 2^32 nodes");
        Self { nodes, edges: Vec::new() }
    }

    /// `before` comes before `after`. The same edge may be given more than once; it counts once.
    pub fn edge(&mut self, before: u32, after: u32) {
        debug_assert!(
            (before as usize) < self.nodes && (after as usize) < self.nodes,
            "edges join nodes of the graph"
        );
        self.edges.push((before, after));
    }

    #[must_use]
    pub fn build(mut self) -> Graph {
        self.edges.sort_unstable();
        self.edges.dedup();
        let after = Rows::new(self.nodes, self.edges.iter().copied());
        let before = Rows::new(self.nodes, self.edges.iter().map(|&(b, a)| (a, b)));
        Graph { after, before }
    }
}

/// A finished graph.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    after: Rows,
    before: Rows,
}

impl Graph {
    #[must_use]
    pub fn len(&self) -> usize {
        self.after.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    #[must_use]
    pub fn edge_count(&self) -> usize {
        self.after.targets.len()
    }

    /// The nodes that come right after this one, ascending.
    #[must_use]
    pub fn after(&self, node: u32) -> &[u32] {
        self.after.row(node)
    }

    /// The nodes that come right before this one, ascending.
    #[must_use]
    pub fn before(&self, node: u32) -> &[u32] {
        self.before.row(node)
    }

    /// Every edge, by its first node, then its second.
    pub fn edges(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        self.nodes().flat_map(|n| self.after(n).iter().map(move |&a| (n, a)))
    }

    /// Every node.
    pub fn nodes(&self) -> impl Iterator<Item = u32> + use<> {
        (0..self.len())
            .map(|n| u32::try_from(n).expect("nodes were counted when the graph was built"))
    }

    /// Marks every node that can be reached from `from` along edges forward, `from` included.
    #[must_use]
    pub fn reach_after(&self, from: impl IntoIterator<Item = u32>) -> Vec<bool> {
        self.after.reach(from)
    }

    /// Marks every node from which one of `from` can be reached, `from` included.
    #[must_use]
    pub fn reach_before(&self, from: impl IntoIterator<Item = u32>) -> Vec<bool> {
        self.before.reach(from)
    }
}

/// Compressed rows: row `n` is `targets[offsets[n]..offsets[n + 1]]`.
#[derive(Clone, Debug, Default)]
struct Rows {
    offsets: Vec<u32>,
    targets: Vec<u32>,
}

impl Rows {
    fn new(nodes: usize, edges: impl Iterator<Item = (u32, u32)> + Clone) -> Self {
        let mut offsets = vec![0u32; nodes + 1];
        for (from, _) in edges.clone() {
            offsets[from as usize + 1] += 1;
        }
        for n in 0..nodes {
            offsets[n + 1] += offsets[n];
        }
        let mut next = offsets.clone();
        let mut targets = vec![0u32; offsets[nodes] as usize];
        for (from, to) in edges {
            let slot = &mut next[from as usize];
            targets[*slot as usize] = to;
            *slot += 1;
        }
        Self { offsets, targets }
    }

    fn len(&self) -> usize {
        self.offsets.len().saturating_sub(1)
    }

    fn row(&self, node: u32) -> &[u32] {
        let n = node as usize;
        &self.targets[self.offsets[n] as usize..self.offsets[n + 1] as usize]
    }

    fn reach(&self, from: impl IntoIterator<Item = u32>) -> Vec<bool> {
        let mut seen = vec![false; self.len()];
        let mut todo = Vec::new();
        for n in from {
            if !std::mem::replace(&mut seen[n as usize], true) {
                todo.push(n);
            }
        }
        while let Some(n) = todo.pop() {
            for &m in self.row(n) {
                if !std::mem::replace(&mut seen[m as usize], true) {
                    todo.push(m);
                }
            }
        }
        seen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_ascending_and_edges_count_once() {
        let mut b = Builder::new(4);
        for (x, y) in [(2, 1), (0, 3), (0, 1), (0, 3)] {
            b.edge(x, y);
        }
        let g = b.build();
        assert_eq!(g.after(0), [1, 3]);
        assert_eq!(g.before(1), [0, 2]);
        assert_eq!(g.edges().collect::<Vec<_>>(), [(0, 1), (0, 3), (2, 1)]);
        assert_eq!(g.reach_after([0]), [true, true, false, true]);
        assert_eq!(g.reach_before([1]), [true, true, true, false]);
    }
}

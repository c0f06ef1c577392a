//! The queue of a scheduler: what may start now.
//!
//! No I/O, no clock, no threads: the executor asks for the next node, does it however it likes, and says how it
//! went. Among the nodes that may start, the one with the longest way still behind it comes first, since it is what
//! the end of the run waits for; ties go to the smaller id, so that runs repeat.

use std::collections::BinaryHeap;

use crate::Graph;
use crate::order::topological;

/// What may start now, and what waits for what.
#[derive(Clone, Debug)]
pub struct ReadyQueue<'g> {
    graph: &'g Graph,
    /// How many nodes before this one have not ended well.
    waiting: Vec<u32>,
    /// Set once a node is handed out or given up.
    gone: Vec<bool>,
    /// The longest way from this node to an end, in nodes.
    depth: Vec<u32>,
    ready: BinaryHeap<(u32, std::cmp::Reverse<u32>)>,
    left: usize,
}

impl<'g> ReadyQueue<'g> {
    /// A queue over an acyclic graph.
    ///
    /// # Errors
    /// The nodes on or behind a cycle.
    pub fn new(graph: &'g Graph) -> Result<Self, Vec<u32>> {
        let order = topological(graph)?;
        let mut depth = vec![1u32; graph.len()];
        for &n in order.iter().rev() {
            let behind = graph.after(n).iter().map(|&m| depth[m as usize]).max().unwrap_or(0);
            depth[n as usize] = behind + 1;
        }
        let waiting: Vec<u32> = graph
            .nodes()
            .map(|n| u32::try_from(graph.before(n).len()).expect("edges are counted in 32 bits"))
            .collect();
        let mut queue = Self {
            graph,
            waiting,
            gone: vec![false; graph.len()],
            depth,
            ready: BinaryHeap::new(),
            left: graph.len(),
        };
        for n in graph.nodes() {
            if queue.waiting[n as usize] == 0 {
                queue.push(n);
            }
        }
        Ok(queue)
    }

    fn push(&mut self, n: u32) {
        self.ready.push((self.depth[n as usize], std::cmp::Reverse(n)));
    }

    /// Takes the next node that may start.
    pub fn pop(&mut self) -> Option<u32> {
        while let Some((_, std::cmp::Reverse(n))) = self.ready.pop() {
            if !std::mem::replace(&mut self.gone[n as usize], true) {
                return Some(n);
            }
        }
        None
    }

    /// The node ended well: what waited for it alone may start.
    pub fn done(&mut self, n: u32) {
        self.left -= 1;
        for &m in self.graph.after(n) {
            self.waiting[m as usize] -= 1;
            if self.waiting[m as usize] == 0 && !self.gone[m as usize] {
                self.push(m);
            }
        }
    }

    /// The node failed: everything behind it is given up. Returns what was given up, ascending.
    pub fn failed(&mut self, n: u32) -> Vec<u32> {
        self.left -= 1;
        let mut lost = Vec::new();
        let mut todo = vec![n];
        while let Some(k) = todo.pop() {
            for &m in self.graph.after(k) {
                if !std::mem::replace(&mut self.gone[m as usize], true) {
                    self.left -= 1;
                    lost.push(m);
                    todo.push(m);
                }
            }
        }
        lost.sort_unstable();
        lost
    }

    /// How many nodes have neither ended nor been given up.
    #[must_use]
    pub fn left(&self) -> usize {
        self.left
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Builder;
    use proptest::prelude::*;

    fn graph(n: usize, edges: &[(u32, u32)]) -> Graph {
        let mut b = Builder::new(n);
        for &(x, y) in edges {
            b.edge(x, y);
        }
        b.build()
    }

    #[test]
    fn the_long_way_starts_first() {
        let g = graph(4, &[(1, 2), (2, 3)]);
        let mut q = ReadyQueue::new(&g).unwrap();
        assert_eq!((q.pop(), q.pop(), q.pop()), (Some(1), Some(0), None));
        q.done(1);
        assert_eq!(q.pop(), Some(2));
    }

    #[test]
    fn a_failure_gives_up_what_is_behind_it() {
        let g = graph(4, &[(0, 1), (1, 2)]);
        let mut q = ReadyQueue::new(&g).unwrap();
        assert_eq!(q.pop(), Some(0));
        assert_eq!(q.failed(0), [1, 2]);
        assert_eq!((q.pop(), q.pop(), q.left()), (Some(3), None, 1));
        q.done(3);
        assert_eq!(q.left(), 0);
    }

    proptest! {
        /// Whatever fails, each node is handed out once or given up, and never before what it waits for.
        #[test]
        fn nothing_is_lost(
            edges in prop::collection::vec((0u32..20, 0u32..20), 0..50),
            fails in prop::collection::vec(any::<bool>(), 20),
        ) {
            let edges: Vec<_> = edges.into_iter().filter(|(a, b)| a < b).collect();
            let g = graph(20, &edges);
            let mut q = ReadyQueue::new(&g).unwrap();
            let (mut done, mut ended) = (vec![false; 20], 0);
            while let Some(n) = q.pop() {
                prop_assert!(g.before(n).iter().all(|&b| done[b as usize]));
                ended += 1;
                if fails[n as usize] {
                    ended += q.failed(n).len();
                } else {
                    done[n as usize] = true;
                    q.done(n);
                }
            }
            prop_assert_eq!((ended, q.left()), (20, 0));
        }
    }
}

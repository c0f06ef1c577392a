//! A topological order that does not depend on chance.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::Graph;

/// Every node after all that come before it; among those that could come next, the smallest id first, so that the
/// order follows the order in which the caller numbered its nodes.
///
/// # Errors
/// The nodes that lie on a cycle or behind one, ascending.
pub fn topological(graph: &Graph) -> Result<Vec<u32>, Vec<u32>> {
    let mut waiting: Vec<usize> = graph.nodes().map(|n| graph.before(n).len()).collect();
    let mut ready: BinaryHeap<Reverse<u32>> =
        graph.nodes().filter(|&n| waiting[n as usize] == 0).map(Reverse).collect();
    let mut order = Vec::with_capacity(graph.len());
    while let Some(Reverse(n)) = ready.pop() {
        order.push(n);
        for &m in graph.after(n) {
            waiting[m as usize] -= 1;
            if waiting[m as usize] == 0 {
                ready.push(Reverse(m));
            }
        }
    }
    if order.len() == graph.len() {
        return Ok(order);
    }
    Err(graph.nodes().filter(|&n| waiting[n as usize] > 0).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Builder;
    use proptest::prelude::*;

    #[test]
    fn ties_follow_the_numbering() {
        let mut b = Builder::new(4);
        b.edge(3, 0);
        assert_eq!(topological(&b.build()).unwrap(), [1, 2, 3, 0]);
    }

    proptest! {
        #[test]
        fn every_edge_runs_forward(edges in prop::collection::vec((0u32..30, 0u32..30), 0..80)) {
            let mut b = Builder::new(30);
            for (x, y) in &edges {
                b.edge(*x, *y);
            }
            let g = b.build();
            match topological(&g) {
                Ok(order) => {
                    let mut place = vec![0; 30];
                    for (i, n) in order.iter().enumerate() {
                        place[*n as usize] = i;
                    }
                    prop_assert_eq!(order.len(), 30);
                    for (x, y) in g.edges() {
                        prop_assert!(place[x as usize] < place[y as usize]);
                    }
                    prop_assert!(crate::cycles(&g).is_empty());
                }
                Err(left) => {
                    prop_assert!(!left.is_empty());
                    prop_assert!(!crate::cycles(&g).is_empty());
                }
            }
        }
    }
}

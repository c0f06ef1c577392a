//! The resources of a configuration and what each needs, to be drawn.

mod dot;
mod layers;
mod reduce;
mod resources;
mod steps;
mod svg;

use wb_core::addr::ConfigResource;

pub use dot::dot;
pub use steps::steps;
pub use svg::svg;

/// Resources, and for each of them those that it needs, by their places. In the order of addresses.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct ResourceGraph {
    pub nodes: Vec<ConfigResource>,
    /// Ascending.
    pub needs: Vec<Vec<u32>>,
}

impl ResourceGraph {
    /// The order in which things are destroyed.
    #[must_use]
    pub fn reversed(self) -> Self {
        let mut needs = vec![Vec::new(); self.nodes.len()];
        for (from, to) in self.edges() {
            needs[to].push(u32::try_from(from).unwrap_or_default());
        }
        Self { nodes: self.nodes, needs }
    }

    /// Every edge, from what needs to what is needed.
    pub fn edges(&self) -> impl Iterator<Item = (usize, usize)> {
        let of = |(from, needs): (usize, &Vec<u32>)| {
            needs.iter().map(move |to| (from, *to as usize)).collect::<Vec<_>>()
        };
        self.needs.iter().enumerate().flat_map(of)
    }
}

#[cfg(test)]
mod tests;

//! The resources of a configuration and what each needs, to be drawn.

mod dot;
mod layers;
mod reduce;
mod resources;
mod svg;

use wb_core::addr::ConfigResource;

pub use dot::dot;
pub use svg::svg;

/// Resources, and for each of them those that it needs, by their places. In the order of addresses.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct ResourceGraph {
    pub nodes: Vec<ConfigResource>,
    /// Ascending.
    pub needs: Vec<Vec<u32>>,
}

impl ResourceGraph {
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

//! Leaves out edges that follow from others: what is needed through something else is not drawn twice.

use super::ResourceGraph;

/// So many steps may be taken for each node and edge; what is left then stays as it is, so that the time is linear.
const STEPS: usize = 64;

impl ResourceGraph {
    /// The same order with as few edges as it takes. A graph with a cycle is given back as it is.
    #[must_use]
    pub fn reduced(mut self) -> Self {
        let Some(depth) = self.depths() else { return self };
        let mut budget =
            STEPS * (self.nodes.len() + self.needs.iter().map(Vec::len).sum::<usize>());
        let mut seen = vec![usize::MAX; self.nodes.len()];
        for from in 0..self.nodes.len() {
            let mut needs = std::mem::take(&mut self.needs[from]);
            if needs.len() > 1 {
                let all = self.redundant(from, &needs, &depth, &mut seen, &mut budget);
                needs.retain(|to| !all || seen[*to as usize] != from);
            }
            self.needs[from] = needs;
        }
        self
    }

    /// Marks what is reached from `needs` by one step or more. False where there was no time for it.
    fn redundant(
        &self,
        from: usize,
        needs: &[u32],
        depth: &[u32],
        seen: &mut [usize],
        budget: &mut usize,
    ) -> bool {
        // What lies deeper than all of them cannot be one of them.
        let least = needs.iter().map(|to| depth[*to as usize]).min().unwrap_or(0);
        let mut waiting: Vec<u32> = needs.to_vec();
        while let Some(at) = waiting.pop() {
            for to in &self.needs[at as usize] {
                if *budget == 0 {
                    return false;
                }
                *budget -= 1;
                if depth[*to as usize] >= least && seen[*to as usize] != from {
                    seen[*to as usize] = from;
                    waiting.push(*to);
                }
            }
        }
        true
    }

    /// For each node the length of the longest way down from it; nothing where there is a cycle.
    pub(super) fn depths(&self) -> Option<Vec<u32>> {
        let mut users: Vec<Vec<u32>> = vec![Vec::new(); self.nodes.len()];
        let mut open: Vec<usize> = self.needs.iter().map(Vec::len).collect();
        for (from, to) in self.edges() {
            users[to].push(u32::try_from(from).ok()?);
        }
        let mut ready: Vec<usize> = (0..open.len()).filter(|at| open[*at] == 0).collect();
        let mut depth = vec![0; self.nodes.len()];
        let mut done = 0;
        while let Some(at) = ready.pop() {
            done += 1;
            for user in &users[at] {
                let user = *user as usize;
                depth[user] = depth[user].max(depth[at] + 1);
                open[user] -= 1;
                if open[user] == 0 {
                    ready.push(user);
                }
            }
        }
        (done == self.nodes.len()).then_some(depth)
    }
}

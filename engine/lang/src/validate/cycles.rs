//! Things that need themselves, each link with the place where it is written.

use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::source::Span;
use wb_graph::{Builder, Cycle, cycles, topological};

use super::needs::{Item, Needs};
use crate::stack::{NodeId, Stack};

/// So many links are named; a ring of a thousand is not read to its end.
const SHOWN: usize = 6;

/// A link of a cycle: what needs what, and where that is written.
struct Link {
    from: u32,
    to: u32,
    span: Option<Span>,
}

/// Finds what cannot be put into any order.
pub(super) fn report(stack: &Stack) -> Diagnostics {
    let needs = Needs::new(stack);
    let mut graph = Builder::new(needs.len());
    needs.all(&mut |item, needed| graph.edge(needed, item));
    let graph = graph.build();
    if topological(&graph).is_ok() {
        return Diagnostics::new();
    }
    cycles(&graph).iter().map(|cycle| explain(&needs, stack, cycle)).collect()
}

fn explain(needs: &Needs<'_>, stack: &Stack, cycle: &Cycle) -> Diagnostic {
    let links = links(needs, stack, cycle);
    if let [only] = &links[..]
        && let (_, Item::Local(_)) = needs.item(only.from)
    {
        let name = needs.describe(only.from);
        let detail =
            format!("Local value {name} cannot use its own result as part of its expression.");
        return Diagnostic::error("Self-referencing local value", detail).at_opt(only.span);
    }
    let names: Vec<String> = links.iter().take(SHOWN).map(|l| needs.describe(l.from)).collect();
    let first = names.first().cloned().unwrap_or_default();
    let way = if links.len() > SHOWN {
        let left = links.len() - SHOWN;
        format!("{}, and so on over {left} more, back to {first}", names.join(", which needs "))
    } else {
        format!("{}, which needs {first}", names.join(", which needs "))
    };
    let detail = format!("These need one another, so that none of them can come first: {way}.");
    let mut problem = Diagnostic::error("Cycle", detail);
    let mut is_first = true;
    for link in links.iter().take(SHOWN) {
        let Some(span) = link.span else { continue };
        let words = format!("{} needs {}", needs.describe(link.from), needs.describe(link.to));
        if is_first {
            problem = problem.at(span);
            is_first = false;
        }
        problem = problem.label(span, words);
    }
    problem.help("Remove one of these references, or split one of the blocks in two, so that a part of it comes first.")
}

/// The links of a cycle, beginning with the one that is written first in the outermost module.
fn links(needs: &Needs<'_>, stack: &Stack, cycle: &Cycle) -> Vec<Link> {
    // Each of a cycle comes before the next, which is to say that the next needs it.
    let len = cycle.len();
    let mut links: Vec<Link> = (0..len)
        .rev()
        .map(|i| {
            let (from, to) = (cycle[(i + 1) % len], cycle[i]);
            Link { from, to, span: place(needs, from, to) }
        })
        .collect();
    let rank = |link: &Link| (depth(needs, stack, link.from), link.span.is_none(), link.span);
    let first = (0..len).min_by_key(|i| rank(&links[*i])).unwrap_or_default();
    links.rotate_left(first);
    links
}

fn place(needs: &Needs<'_>, from: u32, to: u32) -> Option<Span> {
    let mut place = None;
    needs.of(from, &mut |needed, span, _| {
        if needed == to {
            place.get_or_insert(span);
        }
    });
    place
}

/// How deep in the tree of modules the link of an item is written.
fn depth(needs: &Needs<'_>, stack: &Stack, number: u32) -> usize {
    let (at, item) = needs.item(number);
    let depth = stack.callers(at).filter(|node| *node != NodeId::ROOT).count();
    // An argument is written by the caller.
    if matches!(item, Item::Variable(_)) { depth.saturating_sub(1) } else { depth }
}

//! Where a variable of a lane lives: the innermost block with all that touches it, if it is set there first. Outside of
//! its home nothing reads it, so a store in the home itself needs no regard for lanes that are not active.

use lockstep_verifier::tree::{Kernel, Operation, Place, Step};

/// The depth of each variable's home. The body of the kernel has depth 0, and a variable without a home of its own too.
pub(crate) struct Homes(Vec<usize>);

/// A block, by its number.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Block(usize);

/// What is known of a variable so far.
#[derive(Clone, Copy)]
struct Home {
    /// The innermost block around every access.
    block: Block,
    /// The block of the first access, and whether it is a store.
    first: Block,
    set: bool,
}

impl Homes {
    pub(crate) fn of(kernel: &Kernel) -> Homes {
        let (homes, blocks) = (vec![None; kernel.variables.len()], vec![(Block(0), 0)]);
        let mut walk = Walk { kernel, homes, blocks, here: Block(0) };
        walk.block(&kernel.body);
        let depth = |home: &Option<Home>| match home {
            // The first access must stand in the home itself, not in a block inside of it.
            Some(home) if home.set && home.first == home.block => walk.depth(home.block),
            _ => 0,
        };
        Homes(walk.homes.iter().map(depth).collect())
    }

    pub(crate) fn depth(&self, variable: u32) -> usize {
        self.0.get(variable as usize).copied().unwrap_or(0)
    }
}

struct Walk<'k> {
    kernel: &'k Kernel,
    homes: Vec<Option<Home>>,
    /// For each block the one around it, and its depth. The body of the kernel is around itself.
    blocks: Vec<(Block, usize)>,
    here: Block,
}

impl Walk<'_> {
    fn block(&mut self, steps: &[Step]) {
        for step in steps {
            match step {
                Step::Let(value) => {
                    let operation = self.kernel.operation(*value);
                    if let Some(Operation::Load(Place::Variable(variable))) = operation {
                        self.touch(variable, false);
                    }
                }
                Step::Store { place: Place::Variable(variable), .. } => self.touch(*variable, true),
                Step::If { then, otherwise, .. } => {
                    self.inside(then, None);
                    self.inside(otherwise, None);
                }
                // A counter that is read in its loop alone is the same in all lanes that are still there.
                Step::Loop { counter, body, .. } => self.inside(body, Some(*counter)),
                _ => {}
            }
        }
    }

    fn inside(&mut self, steps: &[Step], counter: Option<u32>) {
        let outer = self.here;
        self.here = Block(self.blocks.len());
        self.blocks.push((outer, self.depth(outer) + 1));
        if let Some(counter) = counter {
            self.touch(counter, true);
        }
        self.block(steps);
        self.here = outer;
    }

    fn touch(&mut self, variable: u32, store: bool) {
        let here = self.here;
        let before = self.homes.get(variable as usize).copied().flatten();
        let home = match before {
            None => Home { block: here, first: here, set: store },
            Some(home) => Home { block: self.around(home.block, here), ..home },
        };
        if let Some(slot) = self.homes.get_mut(variable as usize) {
            *slot = Some(home);
        }
    }

    fn depth(&self, block: Block) -> usize {
        self.blocks.get(block.0).map_or(0, |(_, depth)| *depth)
    }

    /// The innermost block around two.
    fn around(&self, mut one: Block, mut other: Block) -> Block {
        let outer = |block: Block| self.blocks.get(block.0).map_or(Block(0), |(outer, _)| *outer);
        while one != other {
            if self.depth(one) < self.depth(other) {
                other = outer(other);
            } else {
                one = outer(one);
            }
        }
        one
    }
}

//! Where a variable of a lane lives: the innermost block with all that touches it, if it is set there first. Outside of
//! its home nothing reads it, so a store in the home itself needs no regard for lanes that are not active.

use lockstep_verifier::tree::{Kernel, Operation, Place, Step};

/// The depth of each variable's home. The body of the kernel has depth 0, and a variable without a home of its own too.
pub(crate) struct Homes(Vec<Home>);

#[derive(Clone, Default)]
struct Home {
    /// The blocks around every access so far.
    path: Option<Vec<u32>>,
    /// The first access, and whether it is a store.
    first: Option<(Vec<u32>, bool)>,
}

impl Homes {
    pub(crate) fn of(kernel: &Kernel) -> Homes {
        let mut walk = Walk { kernel, homes: vec![Home::default(); kernel.variables.len()], path: vec![0], blocks: 1 };
        walk.block(&kernel.body);
        Homes(walk.homes)
    }

    pub(crate) fn depth(&self, variable: u32) -> usize {
        let home = self.0.get(variable as usize);
        let Some(Home { path: Some(path), first: Some((first, true)) }) = home else { return 0 };
        // The first access must stand in the home itself, not in a block inside of it.
        if first == path { path.len() - 1 } else { 0 }
    }
}

struct Walk<'k> {
    kernel: &'k Kernel,
    homes: Vec<Home>,
    path: Vec<u32>,
    blocks: u32,
}

impl Walk<'_> {
    fn block(&mut self, steps: &[Step]) {
        for step in steps {
            match step {
                Step::Let(value) => {
                    let operation = self.kernel.values.get(value.0 as usize).map(|definition| definition.operation);
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
        self.path.push(self.blocks);
        self.blocks += 1;
        if let Some(counter) = counter {
            self.touch(counter, true);
        }
        self.block(steps);
        self.path.pop();
    }

    fn touch(&mut self, variable: u32, store: bool) {
        let Some(home) = self.homes.get_mut(variable as usize) else { return };
        home.first.get_or_insert_with(|| (self.path.clone(), store));
        match &mut home.path {
            None => home.path = Some(self.path.clone()),
            Some(path) => {
                let common = path.iter().zip(&self.path).take_while(|(one, other)| one == other).count();
                path.truncate(common);
            }
        }
    }
}

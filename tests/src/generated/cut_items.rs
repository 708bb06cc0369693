//! Cuts of whole items, and of their parameters, constants and clauses.

use super::{
    Case, edit,
    inputs::choose,
    shrink::Search,
    tree::{ConstantValue, Grid, Kind, Program, Shape, Stmt},
};
use crate::random::Random;

/// One item after the other; the entry becomes another one if that fails too.
pub(super) fn items(search: &mut Search<'_>) {
    entry(search);
    type Removal = fn(&mut Program, usize) -> bool;
    fn remove<T>(list: &mut Vec<T>, at: usize) -> bool {
        if at < list.len() {
            list.remove(at);
            return true;
        }
        false
    }
    let removals: [Removal; 5] = [
        |program, at| remove(&mut program.jobs, at),
        |program, at| remove(&mut program.kernels, at),
        |program, at| remove(&mut program.functions, at),
        |program, at| remove(&mut program.constants, at),
        |program, at| remove(&mut program.structs, at),
    ];
    for removal in removals {
        let mut at = 0;
        while !search.over() {
            let mut cut = search.best.clone();
            if !removal(&mut cut.program, at) {
                break;
            }
            if !search.attempt(cut) {
                at += 1;
            }
        }
    }
    let mut cut = search.best.clone();
    cut.apart = false;
    search.attempt(cut);
    let mut cut = search.best.clone();
    cut.program.datacenter = false;
    search.attempt(cut);
}

/// A kernel or an inner job that fails by itself.
fn entry(search: &mut Search<'_>) {
    let program = search.best.program.clone();
    let names = program.kernels.iter().map(|kernel| &kernel.name).chain(program.jobs.iter().map(|job| &job.name));
    let others: Vec<String> = names.filter(|name| **name != search.best.entry).cloned().collect();
    if !program.jobs.iter().any(|job| job.name == search.best.entry) {
        return;
    }
    for name in others {
        for seed in 0..4 {
            let inputs = choose(&mut Random::new(seed), &program, &name);
            if search.attempt(Case { entry: name.clone(), inputs, ..search.best.clone() }) {
                return;
            }
        }
    }
}

/// Parameters and their arguments; constants to choose; extents; tile clauses; cells of lists.
pub(super) fn parameters(search: &mut Search<'_>) {
    let program = search.best.program.clone();
    let names = program.functions.iter().map(|item| item.name.clone());
    let names = names.chain(program.kernels.iter().map(|item| item.name.clone()));
    let names: Vec<String> = names.chain(program.jobs.iter().map(|item| item.name.clone())).collect();
    for name in names {
        for part in [Part::Parameter, Part::Generic, Part::Extent, Part::Tile] {
            let mut at = 0;
            while !search.over() {
                let mut cut = search.best.clone();
                if !part.remove(&mut cut.program, &name, at) {
                    break;
                }
                if !search.attempt(cut) {
                    at += 1;
                }
            }
        }
    }
    fields(search);
    constants(search);
}

#[derive(Clone, Copy)]
enum Part {
    Parameter,
    Generic,
    Extent,
    Tile,
}

impl Part {
    fn remove(self, program: &mut Program, name: &str, at: usize) -> bool {
        fn cut<T>(list: &mut Vec<T>, at: usize) -> Option<T> {
            (at < list.len()).then(|| list.remove(at))
        }
        let function = program.functions.iter_mut().find(|item| item.name == name);
        let kernel = program.kernels.iter_mut().find(|item| item.name == name);
        let job = program.jobs.iter_mut().find(|item| item.name == name);
        let removed = match (self, function, kernel, job) {
            (Part::Parameter, Some(item), ..) => cut(&mut item.parameters, at).is_some(),
            (Part::Parameter, _, Some(item), _) => match cut(&mut item.parameters, at) {
                Some(gone) => {
                    // The grid of an array that goes is written out.
                    if let Shape::Each { grid, .. } = &mut item.shape
                        && *grid == Grid::Of(gone.name.clone())
                    {
                        *grid = Grid::In(gone.sizes);
                    }
                    if let Shape::Tiles { tiles, .. } = &mut item.shape {
                        tiles.retain(|tile| tile.array != gone.name);
                    }
                    true
                }
                None => false,
            },
            (Part::Parameter, _, _, Some(item)) => cut(&mut item.parameters, at).is_some(),
            (Part::Generic, Some(item), ..) => cut(&mut item.generics, at).is_some(),
            (Part::Generic, _, Some(item), _) => cut(&mut item.generics, at).is_some(),
            (Part::Extent, Some(item), ..) => cut(&mut item.extents, at).is_some(),
            (Part::Extent, _, Some(item), _) => cut(&mut item.extents, at).is_some(),
            (Part::Extent, _, _, Some(item)) => cut(&mut item.extents, at).is_some(),
            (Part::Tile, _, Some(item), _) => match &mut item.shape {
                Shape::Tiles { tiles, .. } => cut(tiles, at).is_some(),
                Shape::Each { .. } => false,
            },
            _ => false,
        };
        if removed && matches!(self, Part::Parameter | Part::Generic) {
            edit::drop_argument(program, name, at, matches!(self, Part::Generic));
        }
        removed
    }
}

/// Fields of structs.
fn fields(search: &mut Search<'_>) {
    for number in 0..search.best.program.structs.len() {
        let mut at = 0;
        while !search.over() {
            let mut cut = search.best.clone();
            let Some(known) = cut.program.structs.get_mut(number) else { break };
            if at >= known.fields.len() {
                break;
            }
            known.fields.remove(at);
            let name = known.name.clone();
            edit::drop_argument(&mut cut.program, &name, at, false);
            if !search.attempt(cut) {
                at += 1;
            }
        }
    }
}

/// Tables become lists of one cell, and shapes of one dimension.
fn constants(search: &mut Search<'_>) {
    for number in 0..search.best.program.constants.len() {
        for cells in [1, 2, 4] {
            let mut cut = search.best.clone();
            let Some(constant) = cut.program.constants.get_mut(number) else { break };
            if let (ConstantValue::List(values), [size]) = (&mut constant.value, constant.sizes.as_mut_slice()) {
                values.truncate(cells);
                *size = values.len() as u32;
            } else if let (ConstantValue::Each(..), [size, ..]) = (&constant.value, constant.sizes.as_mut_slice()) {
                *size = (*size).min(cells as u32);
            }
            if search.attempt(cut) {
                break;
            }
        }
    }
    // A run without constants takes the defaults.
    for number in 0..edit::blocks(&search.best.program) {
        let mut cut = search.best.clone();
        edit::block(&mut cut.program, number, |block| {
            for statement in &mut block.statements {
                if let Stmt::Run { generics, arguments, .. } = statement
                    && arguments.iter().all(|argument| !matches!(argument.kind, Kind::If { .. }))
                {
                    generics.clear();
                }
            }
        });
        search.attempt(cut);
    }
}

//! The accesses of a kernel: each inside of its array, and only as the interface says.

use lockstep_module::{Access, Combine, spirv_abi};

use super::{
    index,
    interface::Room,
    polynomial::Polynomial,
    separate::{Common, Does, Held, Set},
    space::Range,
    spot::Spot,
    walk::{Reason, Walk, Walked},
    words::Words,
};
use crate::{
    refusal::Refusal,
    rules,
    tree::{AtomicOperator, Operation, Place, Site, Value, WordOperator},
};

/// Proves that an index is in range, and gives what is seen of it.
fn show<'k, T>(
    walk: &mut Walk<'k>,
    index: Value,
    room: &index::Room<'_>,
    site: Site,
    seen: impl FnMut(&mut Words<'k>, &Polynomial) -> T,
) -> Walked<Vec<T>> {
    let shown = index::inside(&mut walk.words, index, room, seen);
    let mut explained = || {
        let word = walk.words.word(index);
        walk.words.explain(&word)
    };
    let Some(found) = shown else {
        let text = format!("the index is not shown to be inside of its array: {}", explained());
        return Err(Refusal::at(rules::INDEX, site, text));
    };
    walk.accesses += 1;
    if let Some(reasons) = &mut walk.reasons {
        reasons.push(Reason { site, text: explained() });
    }
    Ok(found)
}

/// Where an access leads.
struct Reached {
    width: i128,
    claim: Option<u32>,
}

/// Checks the index of an access to an array parameter, and records where it leads.
fn array(
    walk: &mut Walk<'_>,
    (binding, index): (u32, Value),
    site: Site,
    loads: bool,
    does: Option<Does>,
) -> Walked<Reached> {
    let room = binding as usize;
    let Some(Room::Array { words, width, claim, sizes, .. }) = walk.rooms.get(room).cloned() else {
        return Err(Refusal::at(rules::DISCIPLINE, site, "only atomic operations touch trap words and bitmaps"));
    };
    // A driver was seen to load from a constant place in lanes, too, that do not take the branch around it.
    if loads
        && let Some(Operation::Constant(1..)) = walk.words.operation(index)
        && words.known().is_none()
        && !(width == 2 && matches!(walk.words.operation(index), Some(Operation::Constant(1))))
    {
        let what = "a constant index into an array whose size is not constant is guarded by a select";
        return Err(Refusal::at(rules::CONSTANT_INDEX, site, what));
    }
    let target = walk.separation.target();
    let room = index::Room { words: &words, width, sizes: &sizes, always: width };
    let spots = show(walk, index, &room, site, |words, exact| does.and_then(|_| Spot::of(words, exact, &target)))?;
    if let Some(does) = does {
        walk.words.space.spend(walk.separation.steps(Common::Array(binding)));
        walk.separation.touch_array(binding, &sizes, does, spots.into_iter().flatten().collect(), site);
    }
    Ok(Reached { width, claim })
}

fn refuse<T>(site: Site, what: &str) -> Walked<T> {
    Err(Refusal::at(rules::DISCIPLINE, site, what))
}

/// A load that is not of a variable.
pub(super) fn load(walk: &mut Walk<'_>, value: Value, place: Place, site: Site) -> Walked<()> {
    match place {
        Place::Buffer(binding, index) => {
            let Some(Room::Array { access, .. }) = walk.rooms.get(binding as usize) else {
                return refuse(site, "trap words and bitmaps are not loaded");
            };
            if !access.reads() {
                return refuse(site, "an array that is only written, combined into or claimed is not loaded");
            }
            let written = *access == Access::InOut;
            array(walk, (binding, index), site, true, written.then_some(Does::Read))?;
        }
        Place::Shared(shared, index) => self::shared(walk, shared, index, site, Does::Read)?,
        Place::VariableCell(variable, index) => {
            table(walk, variable, index, site)?;
            if walk.needed.value(value)
                && let Some(cells) = walk.kernel.variables.get(variable as usize).and_then(|v| v.constant.as_ref())
                && let Some(range) = range_of(cells)
            {
                let index = walk.words.word(index);
                let reach = walk.words.space.reach(&index);
                let word = walk.words.space.atom(range, reach);
                walk.words.set(value, word);
            }
        }
        Place::Variable(_) => {}
    }
    Ok(())
}

/// From the least to the greatest cell of a constant array; as signed words, where these lie closer together.
fn range_of(cells: &[u32]) -> Option<Range> {
    let words = (cells.iter().min()?, cells.iter().max()?);
    let signed =
        (cells.iter().map(|cell| cell.cast_signed()).min()?, cells.iter().map(|cell| cell.cast_signed()).max()?);
    let words = (i128::from(*words.0), i128::from(*words.1));
    let signed = (i128::from(signed.0), i128::from(signed.1));
    Some(if signed.1 - signed.0 < words.1 - words.0 { signed } else { words })
}

fn table(walk: &mut Walk<'_>, variable: u32, index: Value, site: Site) -> Walked<()> {
    let cells = walk.kernel.variables.get(variable as usize).and_then(|variable| variable.cells).unwrap_or(0);
    if let Some(Operation::Constant(word)) = walk.words.operation(index)
        && word < cells
    {
        return Ok(());
    }
    let cells = Polynomial::number(cells.into());
    show(walk, index, &index::Room { words: &cells, width: 1, sizes: &[], always: 0 }, site, |_, _| {})?;
    Ok(())
}

fn shared(walk: &mut Walk<'_>, shared: u32, index: Value, site: Site, does: Does) -> Walked<()> {
    let cells = Polynomial::number(walk.kernel.shared.get(shared as usize).map_or(0, |shared| shared.cells).into());
    let target = walk.separation.target();
    let room = index::Room { words: &cells, width: 1, sizes: &[], always: 0 };
    let spots = show(walk, index, &room, site, |words, exact| Spot::of(words, exact, &target))?;
    let spots: Vec<Spot> = spots.into_iter().flatten().collect();
    if does != Does::Write {
        walk.spots.entry(site).or_default().extend(spots.iter().cloned());
    }
    walk.words.space.spend(walk.separation.steps(Common::Shared(shared)));
    walk.separation.touch_shared(shared, does, spots, site);
    Ok(())
}

/// A store that is not to a variable.
pub(super) fn store(walk: &mut Walk<'_>, place: Place, _value: Value, site: Site) -> Walked<()> {
    match place {
        Place::Buffer(binding, index) => {
            let Some(Room::Array { access, .. }) = walk.rooms.get(binding as usize) else {
                return refuse(site, "only atomic operations touch trap words and bitmaps");
            };
            match access {
                Access::Out | Access::InOut => {
                    array(walk, (binding, index), site, false, Some(Does::Write))?;
                }
                Access::Claim => {
                    let reached = array(walk, (binding, index), site, false, None)?;
                    claimed(walk, &reached, index, site)?;
                }
                Access::In | Access::Accumulate(_) => {
                    return refuse(site, "an array that is only read, or combined into, is not stored to");
                }
            }
        }
        Place::Shared(shared, index) => self::shared(walk, shared, index, site, Does::Write)?,
        Place::VariableCell(variable, index) => table(walk, variable, index, site)?,
        Place::Variable(_) => {}
    }
    Ok(())
}

/// That the cell is the one whose bit the lane has just set, and no other lane.
fn claimed(walk: &mut Walk<'_>, reached: &Reached, index: Value, site: Site) -> Walked<()> {
    let Some(held) = walk.separation.held() else {
        return refuse(site, "a cell is claimed by its bit before it is stored to");
    };
    let (index, cell) = (walk.words.word(index), walk.words.word(held.cell));
    let distance = cell.scaled(reached.width).and_then(|first| index.minus(&first)).map(Polynomial::wrapped);
    if !distance.and_then(|distance| distance.known()).is_some_and(|word| (0..reached.width).contains(&word)) {
        return refuse(site, "the cell is not the one whose bit is set");
    }
    let Some(claim) = reached.claim else { return Ok(()) };
    if !walk.separation.bit_stands_for(claim, held.claim) {
        return refuse(
            site,
            "all cells of a claimed array are claimed by the bits of one bitmap, its own or an earlier one",
        );
    }
    Ok(())
}

fn declared(combine: Combine, signed: bool) -> AtomicOperator {
    match (combine, signed) {
        (Combine::Add, _) => AtomicOperator::Add,
        (Combine::Minimum, false) => AtomicOperator::Minimum,
        (Combine::Minimum, true) => AtomicOperator::MinimumSigned,
        (Combine::Maximum, false) => AtomicOperator::Maximum,
        (Combine::Maximum, true) => AtomicOperator::MaximumSigned,
        (Combine::And, _) => AtomicOperator::And,
        (Combine::Or, _) => AtomicOperator::Or,
        (Combine::Xor, _) => AtomicOperator::Xor,
    }
}

/// An atomic operation.
pub(super) fn atomic(
    walk: &mut Walk<'_>,
    operator: AtomicOperator,
    (place, value): (Place, Value),
    old: Value,
    site: Site,
) -> Walked<()> {
    let (binding, index) = match place {
        Place::Shared(shared, index) => return self::shared(walk, shared, index, site, Does::Combine(operator)),
        Place::Buffer(binding, index) => (binding, index),
        Place::Variable(_) | Place::VariableCell(..) => return refuse(site, "atomic operations are on common arrays"),
    };
    match walk.rooms.get(binding as usize).cloned() {
        Some(Room::Array { access: Access::Accumulate(combine), signed, .. }) => {
            if operator != declared(combine, signed) {
                return refuse(site, "an array is combined into by the operator that its interface names");
            }
            array(walk, (binding, index), site, false, None)?;
            Ok(())
        }
        Some(Room::Bitmap { claim, cells, sizes }) => {
            let Some(cell) = bit(walk, operator, index, value) else {
                return refuse(site, "a bitmap is touched by OpAtomicOr of bit c & 31 in word c >> 5");
            };
            // The word of the bit is there if the cell is.
            show(walk, cell, &index::Room { words: &cells, width: 1, sizes: &sizes, always: 1 }, site, |_, _| {})?;
            walk.separation.bit(Set { held: Held { claim, cell }, old, bit: value });
            Ok(())
        }
        Some(Room::Traps { claims }) => note(walk, operator, index, value, claims, site),
        _ => refuse(site, "only arrays that are combined into, bitmaps and trap words have atomic operations"),
    }
}

/// The cell whose bit an atomic operation sets.
fn bit(walk: &Walk<'_>, operator: AtomicOperator, index: Value, value: Value) -> Option<Value> {
    let shape = |value| walk.words.operation(value);
    let constant = |value, word| matches!(shape(value), Some(Operation::Constant(known)) if known == word);
    let Some(Operation::Word(WordOperator::ShiftRight, cell, five)) = shape(index) else { return None };
    let Some(Operation::Word(WordOperator::ShiftLeft, one, low)) = shape(value) else { return None };
    let Some(Operation::Word(WordOperator::And, same, mask)) = shape(low) else { return None };
    let right = constant(five, 5) && constant(one, 1) && constant(mask, 31) && same == cell;
    (right && operator == AtomicOperator::Or).then_some(cell)
}

/// A note that a lane trapped: of its group, or of a cell that was claimed twice.
fn note(
    walk: &mut Walk<'_>,
    operator: AtomicOperator,
    index: Value,
    value: Value,
    claims: u32,
    site: Site,
) -> Walked<()> {
    if operator != AtomicOperator::Minimum {
        return refuse(site, "trap words are lowered by OpAtomicUMin");
    }
    let slot = walk.words.push.get(spirv_abi::WORD_TRAP_SLOT as usize).cloned();
    let word = walk.words.word(index);
    let which = slot.and_then(|slot| word.minus(&slot)).and_then(|distance| distance.known());
    let Some(which) = which.filter(|which| (0..=i128::from(claims)).contains(which)) else {
        return Err(Refusal::at(rules::INDEX, site, "trap words are those at word 2 of the push constants"));
    };
    if which == 0 && walk.separation.lost().is_none() {
        let noted = walk.words.word(value);
        let group = walk.separation.group();
        if walk.words.space.normal(group) != noted {
            return refuse(site, "the first trap word is lowered to the number of the group");
        }
        return Ok(());
    }
    match walk.separation.lost() {
        Some(lost) if i128::from(lost.claim) + 1 == which && lost.cell == value => Ok(()),
        _ => refuse(site, "the trap word of a claim is lowered to the cell whose bit was set before"),
    }
}

//! Claims that go together share a bit (law 3). Where every claim of an array comes with one of an earlier array, of
//! the same cell and under the same condition, a cell of it that is taken twice is one of the earlier array that is
//! taken twice; and of several arrays the first is reported. So the bit of the earlier one stands for both, and an
//! atomic operation is spared.

use super::{Instruction, Kernel, Value};

/// Joins each claim with that of the first array that it always goes with.
pub fn join_claims(kernel: &mut Kernel) {
    for follower in 1..kernel.claims {
        for leader in 0..follower {
            let mut join = Join { leader, follower, joined: 0, alone: 0 };
            let body = join.block(&kernel.body);
            if join.joined > 0 && join.alone == 0 {
                kernel.body = body;
                break;
            }
        }
    }
}

/// Joins the claims of one array with those of another.
struct Join {
    leader: u32,
    follower: u32,
    /// How many claims of the follower are joined, and how many are not.
    joined: u32,
    alone: u32,
}

/// When a claim is made, and of which cell.
type Key = (Option<Value>, Value);

/// A claim that may still find its twin, and where it is in the block that is made.
struct Waiting {
    claim: u32,
    key: Key,
    place: usize,
}

impl Join {
    fn block(&mut self, block: &[Instruction]) -> Vec<Instruction> {
        let mut out: Vec<Option<Instruction>> = Vec::with_capacity(block.len());
        let mut waiting: Vec<Waiting> = Vec::new();
        for instruction in block {
            if let Some((claim, key)) = claimed(instruction) {
                let wanted = match claim {
                    _ if claim == self.leader => Some(self.follower),
                    _ if claim == self.follower => Some(self.leader),
                    _ => None,
                };
                let twin = waiting.iter().position(|other| Some(other.claim) == wanted && other.key == key);
                match twin.map(|twin| waiting.swap_remove(twin)) {
                    Some(twin) => {
                        let before = out[twin.place].take();
                        out.push(before.map(|before| both(before, instruction, self.leader)));
                        self.joined += 1;
                    }
                    None => {
                        waiting.push(Waiting { claim, key, place: out.len() });
                        out.push(Some(instruction.clone()));
                    }
                }
                continue;
            }
            let made = match instruction {
                Instruction::If { condition, then, otherwise } => {
                    let (then, otherwise) = (self.block(then), self.block(otherwise));
                    Instruction::If { condition: *condition, then, otherwise }
                }
                Instruction::Loop { counter, trips, body } => {
                    Instruction::Loop { counter: *counter, trips: *trips, body: self.block(body) }
                }
                other => other.clone(),
            };
            if !passes(instruction) {
                self.leave(&mut waiting);
            }
            out.push(Some(made));
        }
        self.leave(&mut waiting);
        out.into_iter().flatten().collect()
    }

    /// What waits has found no twin.
    fn leave(&mut self, waiting: &mut Vec<Waiting>) {
        self.alone += waiting.drain(..).filter(|waiting| waiting.claim == self.follower).count() as u32;
    }
}

/// The array that an instruction claims of, and when and where, if it does nothing else. What comes before the claim in
/// a branch depends on nothing that may have changed.
fn claimed(instruction: &Instruction) -> Option<(u32, Key)> {
    match instruction {
        Instruction::Claim { claim, cell, .. } => Some((*claim, (None, *cell))),
        Instruction::If { condition, then, otherwise } if otherwise.is_empty() => {
            let (last, before) = then.split_last()?;
            let Instruction::Claim { claim, cell, .. } = last else { return None };
            let pure = |instruction: &Instruction| matches!(instruction, Instruction::Let(_, operation) if operation.is_pure());
            before.iter().all(pure).then_some((*claim, (Some(*condition), *cell)))
        }
        _ => None,
    }
}

/// Whether a claim may as well be made after this instruction, which does not end the way of a lane.
fn passes(instruction: &Instruction) -> bool {
    matches!(
        instruction,
        Instruction::Let(..)
            | Instruction::Store(..)
            | Instruction::StoreCell { .. }
            | Instruction::Fill { .. }
            | Instruction::Combine { .. }
    )
}

/// One claim in the place of two.
fn both(first: Instruction, second: &Instruction, leader: u32) -> Instruction {
    match (first, second) {
        (Instruction::Claim { cell, mut words, .. }, Instruction::Claim { words: more, .. }) => {
            words.extend(more);
            Instruction::Claim { claim: leader, cell, words }
        }
        (Instruction::If { condition, then: mut all, .. }, Instruction::If { then, .. }) => {
            let first = all.pop();
            let (last, before) = then.split_last().unzip();
            all.extend(before.into_iter().flatten().cloned());
            all.extend(first.zip(last).map(|(first, last)| both(first, last, leader)));
            Instruction::If { condition, then: all, otherwise: Vec::new() }
        }
        (first, _) => first,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::{Operation, Variable};

    const CONDITION: Value = Value(0);
    const PLACE: Value = Value(1);

    fn claim(claim: u32, cell: Value) -> Instruction {
        Instruction::Claim { claim, cell, words: vec![(claim, cell, Value(5))] }
    }

    fn when(condition: Value, then: Vec<Instruction>) -> Instruction {
        Instruction::If { condition, then, otherwise: vec![] }
    }

    fn joined(claims: u32, body: Vec<Instruction>) -> Vec<String> {
        let mut kernel = Kernel { claims, body, ..Kernel::default() };
        join_claims(&mut kernel);
        kernel.body.iter().map(|instruction| format!("{instruction:?}")).collect()
    }

    fn text(body: &[Instruction]) -> Vec<String> {
        body.iter().map(|instruction| format!("{instruction:?}")).collect()
    }

    fn pair(words: &[u32]) -> Instruction {
        Instruction::Claim { claim: 0, cell: PLACE, words: words.iter().map(|a| (*a, PLACE, Value(5))).collect() }
    }

    #[test]
    fn what_always_goes_together_is_one_claim() {
        let between = Instruction::Store(Variable(0), Value(7));
        let (first, second) = (when(CONDITION, vec![claim(0, PLACE)]), when(CONDITION, vec![claim(1, PLACE)]));
        let one = |words: &[u32]| when(CONDITION, vec![pair(words)]);
        let body = vec![first.clone(), between.clone(), second.clone()];
        assert_eq!(joined(2, body), text(&[between, one(&[0, 1])]));
        assert_eq!(joined(2, vec![second, first]), text(&[one(&[1, 0])]));
        let three = vec![claim(2, PLACE), claim(0, PLACE), claim(1, PLACE)];
        assert_eq!(joined(3, three), text(&[pair(&[2, 0, 1])]));
    }

    #[test]
    fn what_makes_a_word_goes_along() {
        let made = |value| Instruction::Let(Value(value), Operation::Word(value));
        let body =
            vec![when(CONDITION, vec![made(8), claim(0, PLACE)]), when(CONDITION, vec![made(9), claim(1, PLACE)])];
        assert_eq!(joined(2, body), text(&[when(CONDITION, vec![made(8), made(9), pair(&[0, 1])])]));
    }

    #[test]
    fn what_may_go_alone_keeps_its_bit() {
        let trips = Instruction::Loop { counter: Variable(0), trips: Value(3), body: vec![] };
        for body in [
            vec![claim(0, PLACE), claim(1, Value(2))],
            vec![claim(0, PLACE), claim(1, PLACE), claim(1, PLACE)],
            vec![when(CONDITION, vec![claim(0, PLACE)]), claim(1, PLACE)],
            vec![claim(0, PLACE), when(CONDITION, vec![claim(1, PLACE)])],
            vec![when(CONDITION, vec![claim(0, PLACE)]), when(Value(4), vec![claim(1, PLACE)])],
            vec![claim(0, PLACE), trips, claim(1, PLACE)],
            vec![claim(0, PLACE), when(CONDITION, vec![Instruction::Continue]), claim(1, PLACE)],
            vec![claim(0, PLACE), claim(1, PLACE), when(CONDITION, vec![claim(1, Value(2))])],
        ] {
            let before = text(&body);
            assert_eq!(joined(2, body), before);
        }
    }
}

//! Decorations stand before what they decorate. They are kept by id; whoever defines the id takes them and refuses those
//! that it does not want. What nobody has taken at the end decorates nothing.

use rspirv::spirv::{Decoration, Op};

use super::{Reading, words::Instruction};
use crate::{refusal::Refusal, rules, tree::Site};

/// A decoration of an id, or of one of its members.
#[derive(Clone, Copy, Debug)]
pub struct Decorated {
    pub member: Option<u32>,
    pub decoration: Decoration,
    /// Its literal, or 0.
    pub literal: u32,
    pub site: Site,
    /// The one before it of the same id.
    before: Option<u32>,
}

/// All decorations.
pub struct Decorations {
    all: Vec<Decorated>,
    /// The last decoration of each id.
    last: Vec<Option<u32>>,
    taken: usize,
}

impl Decorations {
    pub fn new(bound: u32) -> Decorations {
        Decorations { all: Vec::new(), last: vec![None; bound as usize], taken: 0 }
    }

    /// Keeps OpDecorate or OpMemberDecorate.
    pub fn add(&mut self, instruction: &Instruction<'_>) -> Reading<()> {
        let (target, member, rest) = match instruction.operands {
            [target, member, rest @ ..] if instruction.is(Op::MemberDecorate) => (*target, Some(*member), rest),
            [target, rest @ ..] => (*target, None, rest),
            [] => return Err(instruction.form("decorates nothing")),
        };
        let (code, literals) = rest.split_first().ok_or_else(|| instruction.form("has no decoration"))?;
        let refuse = |what: String| Err(Refusal::at(rules::DECORATION, instruction.site, what));
        let wanted = match Decoration::from_u32(*code) {
            Some(Decoration::Block | Decoration::NonWritable | Decoration::NoContraction) => 0,
            Some(
                Decoration::Offset
                | Decoration::ArrayStride
                | Decoration::BuiltIn
                | Decoration::DescriptorSet
                | Decoration::Binding,
            ) => 1,
            Some(other) => return refuse(format!("the profile has no decoration {other:?}")),
            None => return refuse(format!("there is no decoration {code}")),
        };
        let Some(decoration) = Decoration::from_u32(*code).filter(|_| literals.len() == wanted) else {
            return Err(instruction.form(format!("has {} literals, not {wanted}", literals.len())));
        };
        let literal = literals.first().copied().unwrap_or_default();
        let number = self.all.len() as u32;
        let Some(last) = self.last.get_mut(target as usize) else {
            return refuse(format!("%{target} is not below the bound of the header"));
        };
        self.all.push(Decorated { member, decoration, literal, site: instruction.site, before: *last });
        *last = Some(number);
        Ok(())
    }

    /// Takes the decorations of an id, the last first.
    pub fn take(&mut self, id: u32) -> Vec<Decorated> {
        let mut next = self.last.get_mut(id as usize).and_then(Option::take);
        let mut found = Vec::new();
        while let Some(one) = next.and_then(|number| self.all.get(number as usize)) {
            found.push(*one);
            next = one.before;
        }
        self.taken += found.len();
        found
    }

    /// Refuses decorations that were not taken.
    pub fn finish(&self) -> Reading<()> {
        if self.taken == self.all.len() {
            return Ok(());
        }
        let left = self.last.iter().enumerate().find_map(|(id, last)| last.map(|number| (id, number)));
        let Some((id, one)) = left.and_then(|(id, number)| Some((id, self.all.get(number as usize)?))) else {
            return Ok(());
        };
        Err(Refusal::at(rules::DECORATION, one.site, format!("the profile has no {:?} of %{id}", one.decoration)))
    }
}

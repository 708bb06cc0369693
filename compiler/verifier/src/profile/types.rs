//! The types that a module may declare: scalars, what the interface is made of, arrays, and pointers to them.

use rspirv::spirv::{Decoration, Op, StorageClass};

use super::{
    Reading,
    decorations::Decorated,
    ids::{Class, Id},
    module::Module,
    words::Instruction,
};
use crate::{
    refusal::Refusal,
    rules,
    tree::{Operation, Type},
};

impl Module<'_> {
    /// Reads a declaration of a type.
    pub(super) fn declare_type(&mut self, instruction: &Instruction<'_>) -> Reading<()> {
        let refuse = |what: &str| Err(Refusal::at(rules::TYPE, instruction.site, what));
        let (id, rest) = instruction.operands.split_first().ok_or_else(|| instruction.form("has no result"))?;
        let meaning = match (Op::from_u32(instruction.code), rest) {
            (Some(Op::TypeVoid), []) => Id::Void,
            (Some(Op::TypeBool), []) => Id::Scalar(Type::Truth),
            (Some(Op::TypeInt), [32, 0]) => Id::Scalar(Type::Word),
            (Some(Op::TypeInt), _) => return refuse("integers are OpTypeInt 32 0; signed operations take them too"),
            (Some(Op::TypeFloat), [32]) => Id::Scalar(Type::Float),
            (Some(Op::TypeFloat), _) => return refuse("floats are OpTypeFloat 32"),
            (Some(Op::TypeVector), [cell, 3]) if self.ids.get(*cell) == Id::Scalar(Type::Word) => Id::Three,
            (Some(Op::TypeVector), _) => return refuse("the only vector is of three words, for the built-in inputs"),
            (Some(Op::TypeRuntimeArray), [cell]) if self.ids.get(*cell) == Id::Scalar(Type::Word) => {
                let decorations = self.ids.decorations.take(*id);
                let stride =
                    |one: &Decorated| (one.member, one.decoration, one.literal) == (None, Decoration::ArrayStride, 4);
                if !matches!(&decorations[..], [one] if stride(one)) {
                    let what = "a run of words has ArrayStride 4 and no other decoration";
                    return Err(Refusal::at(rules::DECORATION, instruction.site, what));
                }
                Id::Run
            }
            (Some(Op::TypeRuntimeArray), _) => return refuse("a run is of words"),
            (Some(Op::TypeArray), [cell, length]) => match (self.ids.get(*cell), self.word_constant(*length)) {
                (Id::Scalar(ty), Some(cells)) if cells > 0 => Id::Array { ty, cells },
                _ => return refuse("an array has scalars and a constant number of them, not zero"),
            },
            (Some(Op::TypeStruct), members) => self.structure(instruction, *id, members)?,
            (Some(Op::TypePointer), [class, pointee]) => {
                let pointee_is = self.ids.get(*pointee);
                let class = match (StorageClass::from_u32(*class), pointee_is) {
                    (Some(StorageClass::Input), Id::Three | Id::Scalar(Type::Word)) => Class::Input,
                    (Some(StorageClass::PushConstant), Id::Words(_) | Id::Scalar(Type::Word)) => Class::Push,
                    (Some(StorageClass::StorageBuffer), Id::Block { .. } | Id::Scalar(Type::Word)) => Class::Buffer,
                    (
                        Some(StorageClass::Workgroup),
                        Id::Array { ty: Type::Word | Type::Float, .. } | Id::Scalar(Type::Word | Type::Float),
                    ) => Class::Shared,
                    (Some(StorageClass::Function), Id::Array { .. } | Id::Scalar(_)) => Class::Lane,
                    _ => return refuse("the profile has no pointers of this storage class to this type"),
                };
                Id::Pointer(class, *pointee)
            }
            (Some(Op::TypeFunction), [result]) if self.ids.get(*result) == Id::Void => Id::Procedure,
            (Some(Op::TypeFunction), [result, parameters @ ..]) => {
                let first = parameters.first().map(|first| self.ids.get(*first));
                let (Id::Scalar(result), Some(Id::Scalar(parameter))) = (self.ids.get(*result), first) else {
                    return refuse("a function is that of the entry point, `void ()`, or one of the profile");
                };
                let count = parameters.len() as u32;
                if count > 2 || !parameters.iter().all(|one| self.ids.get(*one) == Id::Scalar(parameter)) {
                    return refuse("a function of the profile has one or two parameters of one type");
                }
                Id::Signature { result, parameter, count }
            }
            _ => return Err(instruction.form("is not in the form of the profile")),
        };
        self.ids.define(*id, meaning, instruction.site)
    }

    /// A struct: the block of a buffer, the push constants, or two words.
    fn structure(&mut self, instruction: &Instruction<'_>, id: u32, members: &[u32]) -> Reading<Id> {
        let decorations = self.ids.decorations.take(id);
        let undecorated = |what: String| Err(Refusal::at(rules::DECORATION, instruction.site, what));
        let has = |member: Option<u32>, decoration: Decoration, literal: u32| {
            decorations
                .iter()
                .filter(|one| (one.member, one.decoration, one.literal) == (member, decoration, literal))
                .count()
                == 1
        };
        if let [only] = members
            && self.ids.get(*only) == Id::Run
        {
            let read_only = has(Some(0), Decoration::NonWritable, 0);
            let wanted = has(None, Decoration::Block, 0) && has(Some(0), Decoration::Offset, 0);
            if !wanted || decorations.len() != 2 + usize::from(read_only) {
                return undecorated(
                    "the block of a storage buffer has Block, its member Offset 0, and NonWritable or not".into(),
                );
            }
            return Ok(Id::Block { read_only });
        }
        if !members.iter().all(|member| self.ids.get(*member) == Id::Scalar(Type::Word)) {
            let what = "a struct is the block of a storage buffer with one run, or has words alone";
            return Err(Refusal::at(rules::TYPE, instruction.site, what));
        }
        if decorations.is_empty() && members.len() == 2 {
            return Ok(Id::TwoWords);
        }
        // Each member has its offset; counted, not searched, since there are as many as members.
        let mut offsets = vec![false; members.len()];
        let mut block = false;
        for one in &decorations {
            let seen = match (one.member, one.decoration) {
                (None, Decoration::Block) => Some(&mut block),
                (Some(member), Decoration::Offset) if Some(one.literal) == member.checked_mul(4) => {
                    offsets.get_mut(member as usize)
                }
                _ => None,
            };
            match seen {
                Some(seen) if !*seen => *seen = true,
                _ => {
                    let what = "the push constants have Block, and each member i Offset 4·i";
                    return Err(Refusal::at(rules::DECORATION, one.site, what));
                }
            }
        }
        if !block || offsets.contains(&false) {
            return undecorated("the push constants have Block, and each member i Offset 4·i".into());
        }
        Ok(Id::Words(members.len() as u32))
    }

    /// The word that an id is, if it is a constant one.
    pub(super) fn word_constant(&self, id: u32) -> Option<u32> {
        let Id::Constant(value) = self.ids.get(id) else { return None };
        let definition = self.kernel.values.get(value.0 as usize)?;
        match definition.operation {
            Operation::Constant(word) if definition.ty == Type::Word => Some(word),
            _ => None,
        }
    }
}

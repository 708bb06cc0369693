//! What the interface promises: how long each array is, which groups run, and what the push constants hold. The host
//! checks all of it before a dispatch (the chapters *Limits* and *Plan* of the book), so a proof may rely on it.

use lockstep_module::{Access, Extent, Kernel, Launch, Profile, Signature, spirv_abi};

use super::{
    polynomial::Polynomial,
    space::{Reach, WORD},
    words::Words,
};

/// The most lanes, and groups, of one dispatch.
const MAX_LAUNCH: i128 = 1 << 31;

/// What a storage buffer holds.
#[derive(Clone, Debug)]
pub(super) enum Room {
    /// The trap words, one and then one for each claim.
    Traps {
        /// How many arrays are claimed.
        claims: u32,
    },
    /// An array parameter, by its number.
    Array {
        /// What may be done with it.
        access: Access,
        /// How many words it has; it is one longer if that is none.
        words: Polynomial,
        /// Words of a cell.
        width: i128,
        /// What its dimensions are, the last first and the first left out, and before them the words of a cell.
        sizes: Vec<Polynomial>,
        /// Whether its cells are signed.
        signed: bool,
        /// For a claim, its number.
        claim: Option<u32>,
    },
    /// The bitmap of a claim.
    Bitmap {
        /// Of the claim with this number.
        claim: u32,
        /// How many bits.
        cells: Polynomial,
        /// What the dimensions are, the last first and the first left out.
        sizes: Vec<Polynomial>,
    },
}

/// The lanes of a dispatch as a proof sees them.
#[derive(Clone, Debug)]
pub(super) struct Grid {
    /// The lane in the whole dispatch, of an `each` kernel; else the lane in its group.
    pub(super) lane: Polynomial,
    /// The group.
    pub(super) group: Polynomial,
    /// Whether it is an `each` kernel.
    pub(super) each: bool,
    /// What is left of the grid of an `each` kernel from the lane on; above 0 for its lanes alone.
    pub(super) rest: Option<Polynomial>,
}

fn size(words: &Words<'_>, first: usize, extent: Extent) -> Option<Polynomial> {
    match extent {
        Extent::Constant(n) => Some(Polynomial::number(n.into())),
        Extent::Named(i) => words.push.get(first + i as usize).cloned(),
    }
}

fn product(words: &Words<'_>, first: usize, extents: &[Extent]) -> Option<Polynomial> {
    extents.iter().try_fold(Polynomial::number(1), |product, extent| product.times(&size(words, first, *extent)?))
}

/// The push-constant word of the first extent.
fn first_extent(signature: &Signature) -> usize {
    let scalars: usize = signature.scalars().map(|(_, ty)| ty.words()).sum();
    spirv_abi::FIRST_PARAMETER_WORD as usize + scalars
}

/// Enters what the interface promises, and gives the grid and what each binding holds. None if the interface does not
/// hold together.
pub(super) fn enter(words: &mut Words<'_>, claimed: &Kernel, profile: Profile) -> Option<(Grid, Vec<Room>)> {
    let signature = &claimed.signature;
    let first = first_extent(signature);
    let most = i128::from(profile.max_array_words());
    for word in 0..first + signature.extents.len() {
        let bool_word = bool_word(signature, word);
        let range = match word {
            _ if word == spirv_abi::WORD_ZERO as usize => (0, 0),
            _ if word >= first => (0, most),
            _ if bool_word => (0, 1),
            _ => WORD,
        };
        let atom = if range == (0, 0) { Polynomial::default() } else { words.space.atom(range, Reach::Dispatch) };
        words.push.push(atom);
    }
    name(words, signature);
    let mut rooms = vec![Room::Traps { claims: 0 }];
    let mut bitmaps = Vec::new();
    for (_, access, ty) in signature.arrays() {
        let width = ty.element.words() as i128;
        let cells = product(words, first, &ty.dimensions)?;
        let all = cells.scaled(width)?;
        words.space.learn(all.scaled(-1).map(|sum| sum.shifted(most)));
        let claim = (access == Access::Claim).then_some(bitmaps.len() as u32);
        let inner = ty.dimensions.iter().skip(1).rev().map(|extent| size(words, first, *extent));
        let inner = inner.collect::<Option<Vec<_>>>()?;
        let wide = (width > 1).then(|| Polynomial::number(width));
        let sizes: Vec<Polynomial> = wide.into_iter().chain(inner.iter().cloned()).collect();
        bitmaps.extend(claim.map(|claim| Room::Bitmap { claim, cells, sizes: inner }));
        rooms.push(Room::Array { access, words: all, width, sizes, signed: ty.element.is_signed(), claim });
    }
    rooms[0] = Room::Traps { claims: bitmaps.len() as u32 };
    rooms.extend(bitmaps);
    let group = words.space.atom((0, MAX_LAUNCH - 1), Reach::Group);
    let first_group = words.push.get(spirv_abi::WORD_FIRST_GROUP as usize)?.clone();
    words.workgroup = group.minus(&first_group)?;
    words.space.names.extend(group.single().map(|atom| (atom, "group".into())));
    let some = |words: &mut Words<'_>, count: Option<Polynomial>| {
        words.space.learn(count.map(|count| count.shifted(-1)));
    };
    let grid = match &claimed.launch {
        Launch::Each(extents) => {
            // A group runs, so no extent of the grid is 0.
            extents.iter().for_each(|extent| some(words, size(words, first, *extent)));
            let lanes = product(words, first, extents)?;
            words.space.learn(lanes.scaled(-1).map(|sum| sum.shifted(MAX_LAUNCH)));
            let of_a_group = i128::from(spirv_abi::LANES);
            let lane = words.space.atom((0, MAX_LAUNCH + of_a_group - 1), Reach::Lane);
            let first_lane = group.scaled(of_a_group)?;
            words.lane = lane.minus(&first_lane)?;
            words.space.learn(Some(words.lane.clone()));
            words.space.learn(words.lane.scaled(-1).map(|sum| sum.shifted(of_a_group - 1)));
            words.space.learn(lanes.minus(&first_lane).map(|sum| sum.shifted(-1)));
            Grid { rest: lanes.minus(&lane), lane, group, each: true }
        }
        Launch::Tiles { tiles, lanes } => {
            let lane = words.space.atom((0, i128::from(*lanes).max(1) - 1), Reach::Lane);
            words.lane = lane.clone();
            let mut groups: Option<Polynomial> = None;
            for (array, sizes) in tiles {
                let (_, _, ty) = signature.arrays().nth(*array as usize)?;
                let mut count = Polynomial::number(1);
                for (extent, tile) in ty.dimensions.iter().zip(sizes) {
                    let cells = size(words, first, *extent)?.shifted(i128::from(*tile) - 1);
                    let (along, _) = words.digits(&cells, &Polynomial::number((*tile).into()))?;
                    // A group runs, so there is a tile each way, and a cell for it.
                    some(words, size(words, first, *extent));
                    some(words, Some(along.clone()));
                    count = count.times(&along)?;
                }
                match &groups {
                    None => {
                        words.space.learn(count.scaled(-1).map(|sum| sum.shifted(MAX_LAUNCH)));
                        words.space.learn(count.minus(&group).map(|sum| sum.shifted(-1)));
                        groups = Some(count);
                    }
                    Some(first) => {
                        words.space.equal(first, &count);
                        words.space.learn(count.minus(&group).map(|sum| sum.shifted(-1)));
                    }
                }
            }
            Grid { lane, group, each: false, rest: None }
        }
    };
    words.space.names.extend(grid.lane.single().map(|atom| (atom, "lane".into())));
    words.space.renew_models();
    Some((grid, rooms))
}

/// Gives atoms the names of the source.
fn name(words: &mut Words<'_>, signature: &Signature) {
    let scalars = signature.scalars().flat_map(|(name, ty)| {
        let wide = ty.words() > 1;
        (0..ty.words()).map(move |word| match (wide, word) {
            (false, _) => name.to_owned(),
            (true, 0) => format!("low word of {name}"),
            (true, _) => format!("high word of {name}"),
        })
    });
    let begin = ["zero".to_owned(), "first group".to_owned(), "trap slot".to_owned()];
    let names: Vec<String> = begin.into_iter().chain(scalars).chain(signature.extents.iter().cloned()).collect();
    for (name, word) in names.into_iter().zip(&words.push) {
        words.space.names.extend(word.single().map(|atom| (atom, name)));
    }
}

/// Whether a push-constant word is a scalar of type `bool`.
fn bool_word(signature: &Signature, word: usize) -> bool {
    let mut at = spirv_abi::FIRST_PARAMETER_WORD as usize;
    for (_, ty) in signature.scalars() {
        if at == word {
            return ty == lockstep_numbers::ScalarType::Bool;
        }
        at += ty.words();
    }
    false
}

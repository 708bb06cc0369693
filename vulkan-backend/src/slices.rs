//! A dispatch is cut into slices that every device can launch. Cutting never changes a bit: a group knows its own index
//! from the first of its slice.

/// The most groups of one slice: what every Vulkan device can launch along x.
const MOST_GROUPS: u32 = 65_535;

/// The slices of so many groups: the first group of each, and how many it has.
pub(crate) fn slices(groups: u32) -> impl Iterator<Item = (u32, u32)> {
    (0..groups).step_by(MOST_GROUPS as usize).map(move |first| (first, MOST_GROUPS.min(groups - first)))
}

#[cfg(test)]
mod tests {
    use super::slices;

    #[test]
    fn slices_follow_each_other() {
        assert_eq!(slices(0).count(), 0);
        assert_eq!(slices(1).collect::<Vec<_>>(), [(0, 1)]);
        assert_eq!(slices(65_535).collect::<Vec<_>>(), [(0, 65_535)]);
        assert_eq!(slices(131_071).collect::<Vec<_>>(), [(0, 65_535), (65_535, 65_535), (131_070, 1)]);
        assert_eq!(slices(1 << 31).map(|(_, count)| u64::from(count)).sum::<u64>(), 1 << 31);
    }
}

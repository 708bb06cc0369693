//! The errors of the language. One file a code: its constructor, and programs that show it. The book's index of errors
//! has a page for each. A code never changes its meaning and is never used again.

pub mod e0101_unknown_character;
pub mod e0102_unexpected_word;
pub mod e0103_bad_number;
pub mod e0104_nested_too_deeply;
pub mod e0105_source_too_large;
pub mod e0201_unknown_name;
pub mod e0202_name_taken;
pub mod e0203_unknown_import;
pub mod e0204_recursion;
pub mod e0205_wrong_kind_of_name;
pub mod e0301_type_mismatch;
pub mod e0302_operator_type;
pub mod e0303_argument_count;
pub mod e0304_index_count;
pub mod e0305_literal_out_of_range;
pub mod e0306_bad_type;
pub mod e0307_block_value;
pub mod e0308_not_assignable;
pub mod e0309_not_constant;
pub mod e0310_bad_grid;
pub mod e0311_unbound_extent;
pub mod e0312_misplaced_statement;
pub mod e0313_unknown_combine;
pub mod e0314_unknown_field;
pub mod e0315_bad_tile;
pub mod e0316_bad_generic;
pub mod e0317_unknown_profile;
pub mod e0401_write_not_own;
pub mod e0402_read_of_written;
pub mod e0403_access;
pub mod e0404_unbounded_loop;
pub mod e0405_run_arguments;
pub mod e0406_too_many_parameters;
pub mod e0407_too_large;
pub mod e0408_too_many_steps;
pub mod e0409_read_while_combined;
pub mod e0501_invalid_spirv;
pub mod n0601_index_checked;

#[cfg(test)]
pub(crate) mod testing;

//! Generates the parser from the grammar.

fn main() {
    let generated = lalrpop::Configuration::new().use_cargo_dir_conventions().emit_rerun_directives(true).process();
    if let Err(error) = generated {
        eprintln!("the grammar could not be processed: {error}");
        std::process::exit(1);
    }
}

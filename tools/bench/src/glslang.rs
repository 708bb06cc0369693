//! glslang, the GLSL compiler of Khronos: a program of its own, which `tools/drivers/fetch` gets.

use std::{
    env, fs, io,
    path::PathBuf,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use tempfile::TempDir;

/// The least program: what a process costs that has nothing to compile.
pub const EMPTY: &str = "#version 450\nvoid main() {}\n";

/// The shader with its main function so many times over under other names. What one more costs is what glslang costs
/// where it does not start anew for each shader.
pub fn repeated(text: &str, copies: usize) -> String {
    const MAIN: &str = "void main()";
    let (head, body) = text.split_at(text.find(MAIN).unwrap_or(text.len()));
    let bodies: String = (0..copies).map(|i| body.replace(MAIN, &format!("void main_{i}()"))).collect();
    let calls: String = (0..copies).map(|i| format!(" main_{i}();")).collect();
    format!("{head}{bodies}{MAIN} {{{calls} }}\n")
}

/// A glslang that answers, and a folder for its files.
pub struct Glslang {
    program: PathBuf,
    folder: TempDir,
    /// What it says its version is.
    pub version: String,
}

impl Glslang {
    /// The one that `LOCKSTEP_GLSLANG` names, else one on the PATH; the reason if there is none.
    ///
    /// # Errors
    /// A folder for temporary files that cannot be made.
    pub fn find() -> io::Result<Result<Glslang, String>> {
        let named = env::var_os("LOCKSTEP_GLSLANG").map(PathBuf::from);
        let candidates = named.into_iter().chain(["glslang", "glslangValidator"].map(PathBuf::from));
        for program in candidates {
            let Ok(answer) = Command::new(&program).arg("--version").output() else { continue };
            let text = String::from_utf8_lossy(&answer.stdout);
            if let Some(version) = text.lines().find_map(|line| line.strip_prefix("Glslang Version: ")) {
                let (version, folder) = (version.to_string(), TempDir::new()?);
                return Ok(Ok(Glslang { program, folder, version }));
            }
        }
        let remedy = "run tools/drivers/fetch and source the env.sh that it names";
        Ok(Err(format!("LOCKSTEP_GLSLANG names none and none is on the PATH: {remedy}")))
    }

    /// Compiles a compute shader for Vulkan 1.2: the words, and how long the process took.
    ///
    /// # Errors
    /// What glslang says, or a file that cannot be written or read.
    pub fn compile(&self, text: &str) -> io::Result<(Vec<u32>, Duration)> {
        let (source, made) = (self.folder.path().join("shader.comp"), self.folder.path().join("shader.spv"));
        fs::write(&source, text)?;
        let mut command = Command::new(&self.program);
        command.args(["--target-env", "vulkan1.2", "-o"]).arg(&made).arg(&source).stdin(Stdio::null());
        let start = Instant::now();
        let answer = command.output()?;
        let time = start.elapsed();
        if !answer.status.success() {
            return Err(io::Error::other(format!("glslang: {}", String::from_utf8_lossy(&answer.stdout))));
        }
        let bytes = fs::read(&made)?;
        let words = bytes.as_chunks().0.iter().map(|word| u32::from_le_bytes(*word)).collect();
        Ok((words, time))
    }
}

#[cfg(test)]
mod tests {
    use super::repeated;

    #[test]
    fn a_shader_is_repeated_under_other_names() {
        let twice = "int x;\nvoid main_0() { x = 1; }\nvoid main_1() { x = 1; }\nvoid main() { main_0(); main_1(); }\n";
        assert_eq!(repeated("int x;\nvoid main() { x = 1; }\n", 2), twice);
    }
}

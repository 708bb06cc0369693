//! The file: eight bytes of magic and version, then the Borsh encoding of [`Module`], which has one form for each value.

use std::fmt;

use borsh::{BorshDeserialize, BorshSerialize};
use sha2::{Digest, Sha256};

use crate::{
    check,
    interface::{Kernel, Profile},
    job::Job,
};

const MAGIC: [u8; 4] = *b"LKSM";
/// The version of the format that this crate reads and writes.
pub const FORMAT_VERSION: u32 = 3;

/// A compiled source: kernels, jobs, and the sources they came from.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Module {
    /// What it asks of a device.
    pub profile: Profile,
    /// The kernels, in the order of the source.
    pub kernels: Vec<Kernel>,
    /// The jobs, in the order of the source.
    pub jobs: Vec<Job>,
    /// The sources, the main one first.
    pub sources: Vec<Source>,
}

/// A source file. The name is as the developer gave it, without its folder.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Source {
    /// The file's name.
    pub name: String,
    /// The file's text.
    pub text: String,
}

/// Why bytes are not a module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoadError {
    /// The first bytes are not those of a module.
    NotAModule,
    /// A module of another version of the format.
    Version(u32),
    /// The bytes end early, go on too long, or hold a value that cannot be.
    Malformed(String),
    /// Well formed, but it says something impossible.
    Inconsistent(String),
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LoadError::NotAModule => write!(
                f,
                "this is not a Lockstep module: its first four bytes are not \"LKSM\". Make one with `lockstep build`"
            ),
            LoadError::Version(version) => write!(
                f,
                "this module has format version {version}, and this program reads version {FORMAT_VERSION}. \
                 Build it again from its source with `lockstep build`"
            ),
            LoadError::Malformed(what) => {
                write!(f, "this module is damaged: {what}. Copy it again, or build it again with `lockstep build`")
            }
            LoadError::Inconsistent(what) => {
                write!(
                    f,
                    "this module contradicts itself: {what}. Build it again from its source with `lockstep build`"
                )
            }
        }
    }
}

impl std::error::Error for LoadError {}

impl Module {
    /// The canonical bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::from(MAGIC);
        bytes.extend(FORMAT_VERSION.to_le_bytes());
        // Writing to memory fails only for an operator without a byte, and every operator has one.
        let written = self.serialize(&mut bytes);
        debug_assert!(written.is_ok());
        bytes
    }

    /// Reads a module and checks that everything it refers to is there. It does not judge the SPIR-V.
    ///
    /// # Errors
    /// [`LoadError`], for any bytes that [`Module::to_bytes`] could not have written.
    pub fn from_bytes(bytes: &[u8]) -> Result<Module, LoadError> {
        let Some((magic, rest)) = bytes.split_first_chunk::<4>() else { return Err(LoadError::NotAModule) };
        if *magic != MAGIC {
            return Err(LoadError::NotAModule);
        }
        let Some((version, body)) = rest.split_first_chunk::<4>() else {
            return Err(LoadError::Malformed("it ends within the version".into()));
        };
        let version = u32::from_le_bytes(*version);
        if version != FORMAT_VERSION {
            return Err(LoadError::Version(version));
        }
        let module = Module::try_from_slice(body).map_err(|error| {
            LoadError::Malformed(match error.to_string().as_str() {
                "Unexpected length of input" => format!("it ends early, after {} bytes", bytes.len()),
                "Not all bytes read" => "bytes follow its end".into(),
                other => other.to_string(),
            })
        })?;
        check::check(&module).map_err(LoadError::Inconsistent)?;
        Ok(module)
    }

    /// The module's name: the SHA-256 of its bytes, in hexadecimal.
    pub fn hash(&self) -> String {
        Sha256::digest(self.to_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The interface of the kernel or job with this name. Jobs and kernels share one space of names.
    pub fn signature(&self, name: &str) -> Option<&crate::Signature> {
        let jobs = self.jobs.iter().map(|job| &job.signature);
        let kernels = self.kernels.iter().map(|kernel| &kernel.signature);
        jobs.chain(kernels).find(|signature| signature.name == name)
    }

    /// What a call means when it names nothing: the job `main`, else the only job, else the only kernel. What comes from
    /// other files, or is an instance with chosen constants, has `::` in its name and does not count.
    pub fn default_entry(&self) -> Option<&str> {
        let own = |name: &&str| !name.contains("::");
        let jobs: Vec<&str> = self.jobs.iter().map(|job| job.signature.name.as_str()).filter(own).collect();
        let kernels: Vec<&str> = self.kernels.iter().map(|kernel| kernel.signature.name.as_str()).filter(own).collect();
        match (jobs.as_slice(), kernels.as_slice()) {
            (jobs, _) if jobs.contains(&"main") => Some("main"),
            ([job], _) => Some(job),
            ([], [kernel]) => Some(kernel),
            _ => None,
        }
    }
}

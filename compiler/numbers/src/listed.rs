//! Lists of operators that cannot miss one: the list is made where the operators are declared.

/// Declares an enumeration without fields, and `ALL`, the list of its variants in the order of declaration.
#[macro_export]
macro_rules! listed {
    ($(#[$about:meta])* pub enum $name:ident { $($(#[$of_one:meta])* $variant:ident,)* }) => {
        $(#[$about])*
        pub enum $name {
            $($(#[$of_one])* $variant,)*
        }

        impl $name {
            /// All of them.
            pub const ALL: &'static [$name] = &[$($name::$variant,)*];
        }
    };
}

//! The fourteen call counters, one for each counted row of OPS, in that order.

use crate::contract::{Op, ops_table};

macro_rules! counters {
    (
        counted { $( $counted:ident $Counted:ident ($CountedParams:ty) -> $CountedAnswer:ident $about:literal; )* }
        uncounted { $( $free:ident $Free:ident ($FreeParams:ty) -> $FreeAnswer:ident $free_about:literal; )* }
    ) => {
        /// How often each counted method has been called, failing calls included (rules C1 to C4).
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        pub struct InMemoryThreadStoreCalls {
            $( #[doc = concat!("Calls of `", stringify!($counted), "`.")] pub $counted: usize, )*
        }

        impl InMemoryThreadStoreCalls {
            /// The counter of a method; `None` for a method that is never counted.
            pub fn get(&self, op: Op) -> Option<usize> {
                match op {
                    $( Op::$Counted => Some(self.$counted), )*
                    $( Op::$Free => None, )*
                }
            }

            /// How many calls were counted in all.
            pub fn total(&self) -> usize {
                [$( self.$counted ),*].into_iter().fold(0, usize::saturating_add)
            }

            /// Adds calls of a method, or takes them away.
            pub(super) fn count(&mut self, op: Op, calls: isize) {
                match op {
                    $( Op::$Counted => self.$counted = self.$counted.saturating_add_signed(calls), )*
                    $( Op::$Free => {} )*
                }
            }
        }
    };
}
ops_table!(counters);

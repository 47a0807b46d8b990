#pragma once
#include <troupe/augment/spec_call.hpp>
#include <troupe/augment/transform.hpp>

#include <functional>
#include <string>
#include <vector>

namespace troupe {

/// Makes a transform of a call in text. Throws std::invalid_argument where an argument is wrong, as the getters of
/// `spec_call` do.
using transform_maker = std::function<transform(const spec_call&)>;

/// A transform of one's own for text: from now on `parse_transforms`, groups in it, `--augment` of a program that hands
/// its text there, and "did you mean" know it.
///
///     troupe::register_transform("darken", [](const troupe::spec_call& call) {
///       call.allow({"most"});
///       return darken(call.number("most", 0, 0.5));
///     });
///
/// For the life of the process, from any thread, before the text is read that names it. Said in `main`, or in what
/// `main` calls, no linker can drop it. `make` is called by whatever thread reads text, and may be called by several at
/// once. Throws std::invalid_argument where the name is taken (by a transform or a preset) or is no word of letters,
/// digits and `_`.
void register_transform(std::string name, transform_maker make);

/// All of them, those of this library first, in the order of the walk.
std::vector<std::string> known_transforms();

/// Throws std::invalid_argument, with the nearest right name, where none is called so.
transform make_transform(const spec_call& call);
/// One for each call: what a group does with those in its brackets.
std::vector<transform> make_transforms(const std::vector<spec_call>& calls);

}  // namespace troupe

#include <troupe/sources/shard_rest.hpp>

#include <troupe/sources/grouped.hpp>
#include <troupe/sources/listing.hpp>

namespace troupe {

void shard_rest::add(const shard_rest& of, const std::string& shard) {
  auto mine = all();
  auto theirs = of.all();
  for (std::size_t i = 0; i < parts; ++i) {
    auto named = *theirs[i];
    named.first = named.first.empty() ? shard : shard + "[" + named.first + "]";
    mine[i]->add(named);
  }
}

std::string shard_rest::describe() const {
  std::string text;
  const auto say = [&text](const part& p, const std::string& what, const std::string& hint = {}) {
    if (p.count > 0) text += "; " + what + " passed by" + (p.first.empty() ? "" : " (" + p.first + ")") + hint;
  };
  const auto& dotted = without_picture.first;
  say(without_picture, counted(without_picture.count, "key") + " without a picture",
      has_image_extension(dotted.substr(0, dotted.find(']'))) ? ": a key ends at the first dot of a name" : "");
  say(further,
      counted(further.count, further.count == 1 ? "further picture or label" : "further pictures or labels", "") +
          " of a key that has one");
  say(foreign, counted(foreign.count, foreign.count == 1 ? "member that is" : "members that are", "") +
                   " neither picture nor label");
  say(skipped, counted(skipped.count, "link, device or name that points outside", ""));
  say(behind, counted(behind.count, "byte") + " behind the end of an archive",
      ": if another one is joined to it, tar --ignore-zeros unpacks both");
  return text;
}

}  // namespace troupe

#include <troupe/troupe.hpp>

#include <troupe/pipeline/messages.hpp>

using namespace troupe;

// The augmenter's samples sent to another augmenter, which takes encoded bytes.
connect<sample> wire(const augmenter_actor& augmenter) { return {augmenter}; }

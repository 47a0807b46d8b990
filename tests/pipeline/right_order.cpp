#include <troupe/pipeline/messages.hpp>

using namespace troupe;

takes<sample> below(const batcher_actor& batcher) { return batcher; }
gives<encoded> above(const loader_actor& loader) { return loader; }
connect<sample> wire(const batcher_actor& batcher) { return {batcher}; }

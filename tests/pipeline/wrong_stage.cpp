#include <troupe/actors/stage.hpp>
#include <troupe/pipeline/pipeline.hpp>

using namespace troupe;

// A stage for samples, where encoded bytes pass.
stage_of<sample, batch> spawn_late(caf::actor_system&, gives<sample>);
void wire(pipeline& line) { line.stage("late", spawn_late); }

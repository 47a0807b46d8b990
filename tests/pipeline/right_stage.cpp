#include <troupe/actors/sink.hpp>
#include <troupe/actors/stage.hpp>
#include <troupe/pipeline/pipeline.hpp>

using namespace troupe;

encoded decrypt(encoded item);
stage_of<encoded, encoded> spawn_meter(caf::actor_system&, gives<encoded>);
takes<batch> spawn_writer(caf::actor_system&, const gives<batch>&);
void wire(pipeline& line) { line.stage("decrypt", decrypt).stage("meter", spawn_meter).sink("writer", spawn_writer); }

#pragma once
// Stands on an edge of the line, hands everything on and holds it against the obligations in pipeline/messages.hpp.
#include <troupe/actors/stage.hpp>
#include <troupe/testing/edge_book.hpp>

#include <memory>
#include <utility>

namespace troupe::test {

using testing::edge_book;

template <class T>
struct witness_state {
  static inline const char* name = "witness";

  witness_state() = default;

  void connected(const connect<T>& to) {
    downstream = to.downstream;
    self->send(upstream, connect<T>{self});
  }
  void demanded(const demand<T>& d) {
    if constexpr (std::is_same_v<T, batch>) {
      book->demanded_batches(d.batches);
    } else {
      for (const auto& places : d.places) book->demanded(places, false);
      if (d.last) book->demanded({}, true);
    }
    self->send(upstream, d);
  }
  void cancelled(const cancel<T>& c) { self->send(upstream, c); }
  void arrived(chunks<T>& what) {
    for (const auto& c : what.all) {
      if constexpr (std::is_same_v<T, batch>) {
        book->answered_batches(c.items.size());
      } else {
        book->answered(c.places, c.items.size());
      }
    }
    self->send(downstream, std::move(what));
  }
  void came_back(const unused<T>& u) {
    book->answered(u.places, u.places.rows);
    self->send(downstream, u);
  }
  void lost(const abandoned<T>& a) {
    book->abandoned(a.places);
    self->send(downstream, a);
  }
  void ended(const end<T>& e) {
    book->ended();
    self->send(downstream, e);
  }
  void upstream_failed(const failed<T>& why) { self->send(downstream, why); }

  self_of<stage_of<T, T>, witness_state> self = nullptr;
  std::shared_ptr<run_state> run;
  std::shared_ptr<edge_book> book;
  gives<T> upstream;
  takes<T> downstream;
};

template <class T>
typename stage_of<T, T>::behavior_type witness(self_of<stage_of<T, T>, witness_state<T>> self,
                                               std::shared_ptr<run_state> run, gives<T> upstream,
                                               const std::shared_ptr<edge_book>& book) {
  settle(self, std::move(run));
  self->state.upstream = std::move(upstream);
  self->state.book = book;
  using state = witness_state<T>;
  return {on(self, &state::arrived),  on(self, &state::came_back),       on(self, &state::lost),
          on(self, &state::ended),    on(self, &state::upstream_failed), on(self, &state::connected),
          on(self, &state::demanded), on(self, &state::cancelled)};
}

}  // namespace troupe::test

#include "plan/forecast.hpp"

#include "plan/user_apply.hpp"

namespace functionmesh::plan {
asio::awaitable<Result<void>> Forecast::fetch(Key key) {
  if (facts_known_.contains(key)) {
    co_return Result<void>{};
  }
  const Result<Object> found = co_await facts_.get(key);
  if (!found && found.error().code != base::Error::Code::not_found) {
    co_return std::unexpected(found.error());
  }
  facts_known_[key] = found ? *found : nullptr;
  if (found) {
    memory_.load(**found);
  }
  co_return Result<void>{};
}

asio::awaitable<Result<Object>> Forecast::apply_by_user(Json object) {
  const Key key = cluster::key_of(object);
  if (const Result<void> fetched = co_await fetch(key); !fetched) {
    co_return std::unexpected(fetched.error());
  }
  object.get_object().stable_erase("status");
  const Object live = facts_known_.at(key);
  if (live == nullptr) {
    co_return co_await memory_.apply_as("user", std::move(object));
  }
  co_return memory_.load(applied_by_user(*live, std::move(object)));
}

asio::awaitable<Object> Forecast::fact(Key key) {
  co_await fetch(key);
  const auto at = facts_known_.find(key);
  co_return at == facts_known_.end() ? nullptr : at->second;
}

asio::awaitable<Result<Object>> Forecast::get(Key key) {
  if (const Result<void> fetched = co_await fetch(key); !fetched) {
    co_return std::unexpected(fetched.error());
  }
  co_return co_await memory_.get(std::move(key));
}

asio::awaitable<Result<std::vector<Object>>> Forecast::list(cluster::Selector selector) {
  const Result<std::vector<Object>> found = co_await facts_.list(selector);
  if (!found) {
    co_return std::unexpected(found.error());
  }
  for (const Object& object : *found) {
    if (facts_known_.emplace(cluster::key_of(*object), object).second) {
      memory_.load(*object);
    }
  }
  co_return co_await memory_.list(std::move(selector));
}

asio::awaitable<Result<Object>> Forecast::apply(Json object) {
  if (const Result<void> fetched = co_await fetch(cluster::key_of(object)); !fetched) {
    co_return std::unexpected(fetched.error());
  }
  co_return co_await memory_.apply(std::move(object));
}

asio::awaitable<Result<void>> Forecast::take_over(Key key) {
  co_return co_await memory_.take_over(std::move(key));
}

asio::awaitable<Result<Object>> Forecast::patch(Key key, Json merge_patch) {
  co_return co_await memory_.patch(std::move(key), std::move(merge_patch));
}

asio::awaitable<Result<Object>> Forecast::write_status(Key key, Json status,
                                                       std::string resource_version) {
  co_return co_await memory_.write_status(std::move(key), std::move(status),
                                          std::move(resource_version));
}

asio::awaitable<Result<void>> Forecast::remove(Key key, std::string uid) {
  co_return co_await memory_.remove(std::move(key), std::move(uid));
}

}  // namespace functionmesh::plan

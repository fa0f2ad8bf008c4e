// libcurl, loaded at the first call of one of its functions. It comes with thirty more libraries,
// for protocols that nobody here speaks: four megabytes and some milliseconds that a server needs
// only when it calls out, and a process that runs SQL never.
//
// So the program is not linked with it: it has these functions, which pass each call on. Of a
// function that is missing here the linker tells.
#define CURL_DISABLE_TYPECHECK
#include "net/curl_library.h"

#include <curl/curl.h>
#include <dlfcn.h>

#include <cstdarg>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "base/log.h"

namespace {

constexpr const char* library_name = "libcurl.so.4";

void* open_library() {
  return ::dlopen(library_name, RTLD_NOW | RTLD_LOCAL);
}

/// Ends the process, as a program that is linked with a library ends without it.
[[noreturn]] void end_without_library() {
  parley::log::error("library_missing", {{"name", library_name}, {"what", ::dlerror()}});
  std::abort();
}

/// The library's own function of this name.
template <class Function>
Function* in_library(Function* /*of_the_same_type*/, const char* name) {
  static void* const library = open_library();
  void* const symbol = library == nullptr ? nullptr : ::dlsym(library, name);
  if (symbol == nullptr) end_without_library();
  return reinterpret_cast<Function*>(symbol);
}

// The variadic functions take one more argument, a pointer or an integer as long as one.
static_assert(sizeof(long) == sizeof(void*) && sizeof(curl_off_t) == sizeof(void*));

}  // namespace

void parley::net::load_curl_library() {
  if (open_library() == nullptr) throw std::runtime_error(::dlerror());
}

extern "C" {

CURLcode curl_global_init(long flags) {
  static auto* const real = in_library(&curl_global_init, "curl_global_init");
  return real(flags);
}

void curl_global_cleanup() {
  static auto* const real = in_library(&curl_global_cleanup, "curl_global_cleanup");
  return real();
}

CURLM* curl_multi_init() {
  static auto* const real = in_library(&curl_multi_init, "curl_multi_init");
  return real();
}

CURLMcode curl_multi_cleanup(CURLM* multi) {
  static auto* const real = in_library(&curl_multi_cleanup, "curl_multi_cleanup");
  return real(multi);
}

CURLMcode curl_multi_socket_action(CURLM* multi, curl_socket_t socket, int events, int* running) {
  static auto* const real = in_library(&curl_multi_socket_action, "curl_multi_socket_action");
  return real(multi, socket, events, running);
}

CURLMcode curl_multi_assign(CURLM* multi, curl_socket_t socket, void* value) {
  static auto* const real = in_library(&curl_multi_assign, "curl_multi_assign");
  return real(multi, socket, value);
}

CURLMcode curl_multi_add_handle(CURLM* multi, CURL* easy) {
  static auto* const real = in_library(&curl_multi_add_handle, "curl_multi_add_handle");
  return real(multi, easy);
}

CURLMcode curl_multi_remove_handle(CURLM* multi, CURL* easy) {
  static auto* const real = in_library(&curl_multi_remove_handle, "curl_multi_remove_handle");
  return real(multi, easy);
}

CURLMsg* curl_multi_info_read(CURLM* multi, int* left) {
  static auto* const real = in_library(&curl_multi_info_read, "curl_multi_info_read");
  return real(multi, left);
}

CURL* curl_easy_init() {
  static auto* const real = in_library(&curl_easy_init, "curl_easy_init");
  return real();
}

void curl_easy_cleanup(CURL* easy) {
  static auto* const real = in_library(&curl_easy_cleanup, "curl_easy_cleanup");
  return real(easy);
}

CURLcode curl_easy_pause(CURL* easy, int what) {
  static auto* const real = in_library(&curl_easy_pause, "curl_easy_pause");
  return real(easy, what);
}

const char* curl_easy_strerror(CURLcode code) {
  static auto* const real = in_library(&curl_easy_strerror, "curl_easy_strerror");
  return real(code);
}

curl_slist* curl_slist_append(curl_slist* list, const char* text) {
  static auto* const real = in_library(&curl_slist_append, "curl_slist_append");
  return real(list, text);
}

void curl_slist_free_all(curl_slist* list) {
  static auto* const real = in_library(&curl_slist_free_all, "curl_slist_free_all");
  return real(list);
}

CURLMcode curl_multi_setopt(CURLM* multi, CURLMoption option, ...) {
  static auto* const real = in_library(&curl_multi_setopt, "curl_multi_setopt");
  va_list rest;
  va_start(rest, option);
  void* const value = va_arg(rest, void*);
  va_end(rest);
  return real(multi, option, value);
}

CURLcode curl_easy_setopt(CURL* easy, CURLoption option, ...) {
  static auto* const real = in_library(&curl_easy_setopt, "curl_easy_setopt");
  va_list rest;
  va_start(rest, option);
  void* const value = va_arg(rest, void*);
  va_end(rest);
  return real(easy, option, value);
}

CURLcode curl_easy_getinfo(CURL* easy, CURLINFO info, ...) {
  static auto* const real = in_library(&curl_easy_getinfo, "curl_easy_getinfo");
  va_list rest;
  va_start(rest, info);
  void* const value = va_arg(rest, void*);
  va_end(rest);
  return real(easy, info, value);
}

}  // extern "C"

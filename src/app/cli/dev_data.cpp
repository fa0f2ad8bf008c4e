#include "app/cli/dev_data.h"

namespace parley::app::cli {

namespace {

Json customer(const char* name, const char* email, const char* phone, Json data) {
  return {{"name", name}, {"email", email}, {"phone", phone}, {"data", std::move(data)}};
}

SampleTenant acme() {
  return {"Acme Corporation",
          "acme.localhost",
          {{"systemParameter",
            "You are Wiley, the assistant of Acme Corporation, which sells tools and gadgets by "
            "mail order. Be brief and practical, and mention the delivery time when it matters: "
            "two working days."},
           {"bot",
            {{"name", "Wiley"},
             {"poweredBy", "Acme"},
             {"color", "#c2410c"},
             {"msgBgColor", "#c2410c"},
             {"greeting", "Beep beep! What can Acme build for you today?"},
             {"starterQuestions",
              {"Where is my order?", "Which gadgets are new?", "Can I return a rocket?"}}}}},
          {customer("Wile E. Coyote", "wile@acme.example", "+1 555 0100",
                    {{"plan", "gold"}, {"orders", 147}, {"favourite", "rocket skates"}}),
           customer("Marvin Martian", "marvin@mars.example", "+1 555 0101",
                    {{"plan", "silver"}, {"orders", 12}, {"favourite", "telescope"}}),
           customer("Granny Webster", "granny@tweety.example", "+1 555 0102",
                    {{"plan", "basic"}, {"orders", 3}, {"favourite", "bird seed"}})}};
}

SampleTenant globex() {
  return {"Globex",
          "globex.localhost",
          {{"systemParameter",
            "You are Hank, the assistant of Globex, a consultancy for energy and weather. Be "
            "courteous and exact; give figures with their units, and say when you are not sure."},
           {"bot",
            {{"name", "Hank"},
             {"poweredBy", "Globex"},
             {"color", "#0f766e"},
             {"msgBgColor", "#115e59"},
             {"greeting", "Welcome to Globex. Which figures may I look up?"},
             {"starterQuestions",
              {"How much power did we use in May?", "What does an audit cost?",
               "Who is my contact?"}}}}},
          {customer("Frank Grimes", "frank@grimes.example", "+1 555 0200",
                    {{"site", "Springfield"}, {"tariff", "night"}, {"audits", 2}}),
           customer("Scorpio Ltd", "office@scorpio.example", "+1 555 0201",
                    {{"site", "Cypress Creek"}, {"tariff", "industry"}, {"audits", 9}})}};
}

}  // namespace

const std::vector<SampleTenant>& sample_tenants() {
  static const std::vector<SampleTenant> all = {acme(), globex()};
  return all;
}

}  // namespace parley::app::cli

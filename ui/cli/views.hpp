// Printers and jobs in words and columns. Pure.
#pragma once

#include <boost/json/object.hpp>

#include "ui/cli/terminal.hpp"

namespace platen::cli {

std::string printer_list(const std::vector<boost::json::object>& printers);
std::string printer_status(const boost::json::object& printer, Look look);  // a paragraph
std::string paused(const std::string& printer);                             // the sentence
std::string ink(const boost::json::object& printer, Look look);             // a line per supply
std::string job_list(const std::vector<boost::json::object>& jobs);
std::string job_details(const boost::json::object& job);
bool is_over(const boost::json::object& job);

}  // namespace platen::cli

// Installing a printer from its INF: the model is found, its driver copied under drivers/, and asked what it
// can do. Until the printer is in the Book nothing refers to the copy; whatever fails, it is removed again.
#pragma once

#include "spooler/background/worker.hpp"
#include "spooler/queue/queue_tools.hpp"

namespace platen::spooler {

// Asked when nobody else installs any more; an error ends the installation.
using StillWanted = std::function<Result<void>()>;

// The record of a printer as it is to be added; its driver is in place. Reserve the name while this runs.
Task<Result<PrinterRecord>> prepare_printer(std::shared_ptr<const QueueTools> tools,
                                            std::shared_ptr<Worker> files, InstallRequest request,
                                            Deadline deadline);
// Removes a driver's folder.
Task<void> remove_driver(std::shared_ptr<const QueueTools> tools, std::shared_ptr<Worker> files,
                         std::string printer);

}  // namespace platen::spooler

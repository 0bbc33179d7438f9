#include "ui/cli/commands.hpp"

#include <array>

namespace platen::cli {
namespace {

constexpr std::size_t many = 64;

constexpr std::array<OptionSpec, 3> install_options = {{
    {"model", 'm', "MODEL", "The model's name in the INF; otherwise the printer is asked who it is."},
    {"port", 'u', "URI", "Where the printer is: socket://10.0.0.7:9100. `platen ports` lists what is found."},
    {"name", 'n', "NAME", "What to call it; otherwise its model's name."},
}};
constexpr std::array<OptionSpec, 6> print_options = {{
    {"printer", 'p', "NAME", "On which printer; may be left out when there is one only."},
    {"type", 't', "TYPE", "The document's MIME type; otherwise its name and first bytes tell."},
    {"title", 'T', "TITLE", "What to call the job; otherwise the file's name."},
    {"copies", 'n', "NUMBER", "How many copies."},
    {"option", 'o', "KEY=VALUE", "An IPP option, as sides=two-sided-long-edge; may be given several times."},
    {"wait", 'w', "", "Wait until the job has ended, and exit by how it ended."},
}};
constexpr std::array<OptionSpec, 1> test_page_options = {{
    {"wait", 'w', "", "Wait until the page has come out, and exit by how it ended."},
}};
constexpr std::array<OptionSpec, 1> status_options = {{
    {"watch", 'w', "", "Stay, and tell each change at once."},
}};
constexpr std::array<OptionSpec, 1> bidi_options = {{
    {"fresh", 'f', "", "Ask the printer itself, and not what is known of it."},
}};
constexpr std::array<OptionSpec, 1> ink_options = {{
    {"new", 0, "COLOR", "Say that the cartridge of this colour is new, as Black: counting begins."},
}};
constexpr std::array<OptionSpec, 1> ui_options = {{
    {"open", 0, "", "Open it in the browser."},
}};

constexpr std::array<CommandSpec, 17> table = {{
    {"ports", "", 0, 0, "List the ports on which printers were found.", "", {}, list_ports},
    {"install", "INF", 1, 1, "Install a printer from its INF file.",
     "Needs administrator rights. Nothing is installed when any part is missing.", install_options, install},
    {"uninstall",
     "NAME",
     1,
     1,
     "Remove a printer and its jobs.",
     "Needs administrator rights.",
     {},
     uninstall},
    {"printers", "", 0, 0, "List the printers.", "", {}, list_printers},
    {"print", "FILE|-", 1, 1, "Print a document; - reads it from stdin.",
     "The command ends as soon as the job is safely queued, or with --wait when it has ended.", print_options,
     print},
    {"jobs", "[NAME]", 0, 1, "List the jobs, of one printer or of all.", "", {}, list_jobs},
    {"job",
     "ID ACTION [KEY=VALUE…]",
     2,
     many,
     "Look at a job or change it.",
     "ACTION is show, hold, release, cancel, restart or alter; alter changes IPP options, as copies=2 or "
     "media=iso_a4_210x297mm, and name=TITLE.",
     {},
     job},
    {"status", "[NAME]", 0, 1, "Say how the printers are.", "", status_options, show_status},
    {"pause",
     "NAME",
     1,
     1,
     "Let a printer's jobs wait.",
     "What it prints now is printed to its end, and new jobs are taken. Holds also when platend is started "
     "anew.",
     {},
     pause_or_resume},
    {"resume", "NAME", 1, 1, "Let a paused printer go on.", "", {}, pause_or_resume},
    {"ink", "[NAME]", 0, 1, "Show how much ink or toner is left.",
     "Where the printer cannot tell, it is estimated from what was printed, once --new has said when a "
     "cartridge was new.",
     ink_options, show_ink},
    {"bidi", "NAME ACTION PATH [VALUE]", 2, 4, "Ask or set what the printer itself knows.",
     "ACTION is get, set, enum or getall. PATH is of the Windows Bidi schema, as "
     "\\Printer.Status.Summary:State. enum needs none. set needs administrator rights.",
     bidi_options, bidi},
    {"test-page", "NAME", 1, 1, "Print a test page.", "", test_page_options, test_page},
    {"clean", "NAME", 1, 1, "Clean the print heads.", "", {}, maintain},
    {"align", "NAME", 1, 1, "Align the print heads.", "", {}, maintain},
    {"ui", "", 0, 0, "Say where the web page is.", "", ui_options, show_ui},
    {"doctor", "", 0, 0, "Check that everything is in order, and say what is not.", "", {}, doctor},
}};

}  // namespace

std::span<const CommandSpec> commands() {
  return table;
}

}  // namespace platen::cli

// Beast is compiled here for the platen command (BOOST_BEAST_SEPARATE_COMPILATION).
#include <boost/beast/src.hpp>

// What nearly every test includes: the house's own precompiled header, and GoogleTest.
#pragma once

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/pch.hpp"

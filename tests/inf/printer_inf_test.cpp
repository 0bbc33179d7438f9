#include "inf/printer_inf.hpp"

#include <gmock/gmock.h>

#include "sample_inf.hpp"
#include "temp_folder.hpp"

namespace platen::inf {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Result<PrinterInf> read(const std::string& text, Platform platform = Platform::amd64) {
  auto file = InfFile::parse(text, "x.inf");
  if (!file) return file.error();
  return understand(*file, platform);
}

std::string wrong_inf(const std::string& text, Platform platform = Platform::amd64) {
  const auto inf = read(text, platform);
  EXPECT_FALSE(inf) << text;
  return inf ? "" : inf.error().sentence();
}

TEST(PrinterInf, TellsEachModelAndWhatItNeeds) {
  const auto inf = read(sample_inf);
  ASSERT_TRUE(inf) << inf.error().sentence();
  EXPECT_EQ(inf->version.provider, "Acme");
  EXPECT_EQ(inf->version.driver_ver, "01/02/2003,1.2.3.4");
  ASSERT_EQ(inf->models.size(), 2U);
  const Model& laser = inf->models[0];
  EXPECT_EQ(laser.name, "Acme Laser 1");
  EXPECT_EQ(laser.manufacturer, "Acme Printers");
  EXPECT_THAT(laser.hardware_ids, ElementsAre("USBPRINT\\AcmeLaser_11234", "LPTENUM\\AcmeLaser_11234"));
  EXPECT_THAT(laser.compatible_ids, ElementsAre("AcmeLaser_11234"));
  EXPECT_EQ(laser.data_file, "drivers/gpd/laser.gpd");
  EXPECT_EQ(laser.language_monitor, "Acme Monitor,acmelm.dll");
  EXPECT_EQ(laser.driver_file, "unidrv.dll");
  EXPECT_THAT(laser.includes, ElementsAre("ntprint.inf"));
  EXPECT_THAT(laser.needs, ElementsAre("UNIDRV.OEM"));
  ASSERT_EQ(laser.files.size(), 3U);
  EXPECT_EQ(laser.files[0].source, "drivers/gpd/laser.gpd");
  EXPECT_EQ(laser.files[0].folder, 66000);
  EXPECT_EQ(laser.files[1].source, "drivers/gpd/common.gpd");
  EXPECT_EQ(laser.files[2].name, "acmelm.dll");
  EXPECT_EQ(laser.files[2].source, "drivers/amd64/acmelm.dll");
  EXPECT_EQ(laser.files[2].folder, 66002);
  EXPECT_TRUE(laser.selectable);
  EXPECT_FALSE(inf->models[1].selectable);
  EXPECT_THAT(inf->models[1].previous_names, ElementsAre("Acme Inkjet Old"));
}

TEST(PrinterInf, ChoosesTheModelsOfThePlatform) {
  const auto x86 = read(sample_inf, Platform::x86);
  ASSERT_TRUE(x86);
  ASSERT_EQ(x86->models.size(), 1U);
  EXPECT_EQ(x86->models[0].files[2].source, "drivers/x86/acmelm.dll");
  EXPECT_THAT(wrong_inf(sample_inf, Platform::arm64), HasSubstr("NTarm64"));
}

TEST(PrinterInf, PrefersTheNewestDecorationAndFallsBackToThePlainSection) {
  const std::string head = "[Version]\nSignature=\"$Windows NT$\"\nClass=Printer\n[Manufacturer]\nM=M";
  const std::string tail = "\n[M]\nOld=I\n[M.NTamd64.6.0]\nNew=I\n[I]\nDataFile=a.gpd\n";
  EXPECT_EQ(read(head + ",NTamd64,NTamd64.6.0" + tail)->models[0].name, "New");
  EXPECT_EQ(read(head + tail)->models[0].name, "Old");
  EXPECT_EQ(read(head + tail)->models[0].data_file, "a.gpd");
}

TEST(PrinterInf, RefusesWhatIsNoPrinterDriverOfVersion3) {
  EXPECT_THAT(wrong_inf("[A]\n"), HasSubstr("[Version]"));
  EXPECT_THAT(wrong_inf("[Version]\nClass=Printer\n"), HasSubstr("x.inf:1"));
  EXPECT_THAT(wrong_inf("[Version]\nSignature=$CHICAGO$\nClass=Net\n"), HasSubstr("\"Net\""));
  EXPECT_THAT(wrong_inf("[Version]\nSignature=$CHICAGO$\nClass=Printer\nClassVer=4.0\n"),
              HasSubstr("x.inf:4"));
  EXPECT_THAT(wrong_inf("[Version]\nSignature=$CHICAGO$\nClass=Printer\n"), HasSubstr("[Manufacturer]"));
}

TEST(PrinterInf, NamesTheLineThatPointsNowhere) {
  const std::string head = "[Version]\nSignature=$CHICAGO$\nClass=Printer\n[Manufacturer]\nM=M\n";
  EXPECT_THAT(wrong_inf(head), AllOf(HasSubstr("x.inf:5"), HasSubstr("[M]")));
  EXPECT_THAT(wrong_inf(head + "[M]\nA=I\n"), AllOf(HasSubstr("x.inf:7"), HasSubstr("[I]")));
  EXPECT_THAT(wrong_inf(head + "[M]\nA=I\n[I]\nCopyFiles=F\n"),
              AllOf(HasSubstr("x.inf:9"), HasSubstr("[F]")));
  EXPECT_THAT(wrong_inf(head + "[M]\nA=I\n[I]\nDataSection=D\n"),
              AllOf(HasSubstr("x.inf:9"), HasSubstr("[D]")));
  EXPECT_THAT(wrong_inf(head + "[M]\nA\n"), HasSubstr("x.inf:7"));
}

TEST(PrinterInf, ReadsNoFileOutsideItsFolder) {
  const std::string head =
      "[Version]\nSignature=$CHICAGO$\nClass=Printer\n[Manufacturer]\nM=M\n[M]\nA=I\n[I]\n";
  EXPECT_THAT(wrong_inf(head + "DataFile=..\\..\\etc\\shadow\n"),
              AllOf(HasSubstr("x.inf:9"), HasSubstr("own folder")));
  EXPECT_THAT(wrong_inf(head + "DataFile=c:\\x.gpd\n"), HasSubstr("own folder"));
  EXPECT_THAT(wrong_inf(head + "CopyFiles=@a\\b.gpd\n"), HasSubstr("no file name"));
  EXPECT_THAT(wrong_inf(head + "DataFile=a.gpd\n[SourceDisksFiles]\na.gpd=1,..\\up\n"),
              HasSubstr("x.inf:11"));
}

TEST(PrinterInf, SaysWhichFileCannotBeRead) {
  const TempFolder folder;
  const auto missing = read_printer_inf(folder.path() / "none.inf");
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().sentence(), HasSubstr("none.inf"));
  const auto directory = read_printer_inf(folder.path());
  ASSERT_FALSE(directory);
  EXPECT_THAT(directory.error().sentence(), HasSubstr("folder"));
}

}  // namespace
}  // namespace platen::inf

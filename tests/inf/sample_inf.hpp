// A printer INF that uses most of what the format has.
#pragma once

#include <string>

namespace platen::inf {

inline const std::string sample_inf = R"([Version]
Signature = "$Windows NT$"
Class = Printer
ClassGUID = {4D36E979-E325-11CE-BFC1-08002BE10318}
Provider = %Acme%
DriverVer = 01/02/2003,1.2.3.4

[Manufacturer]
"Acme Printers" = Acme,NTx86,NTamd64,NTarm64

[Acme.NTx86]
"Acme Laser 1" = LASER,USBPRINT\AcmeLaser_11234

[Acme.NTamd64]
"Acme Laser 1" = LASER,USBPRINT\AcmeLaser_11234,AcmeLaser_11234
"Acme Laser 1" = LASER,LPTENUM\AcmeLaser_11234
"Acme Inkjet 2" = INKJET,USBPRINT\AcmeInkjet_25678

[LASER]
CopyFiles = @laser.gpd,COMMON,MONITOR
DataFile = laser.gpd
DataSection = DATA

[INKJET]
CopyFiles = @inkjet.gpd
DataFile = inkjet.gpd

[DATA]
DriverFile = unidrv.dll
Include = ntprint.inf
Needs = UNIDRV.OEM
LanguageMonitor = "Acme Monitor,acmelm.dll"

[COMMON]
common.gpd

[MONITOR]
acmelm.dll,,,0x20

[DestinationDirs]
DefaultDestDir = 66000
MONITOR = 66002

[SourceDisksNames]
1 = "Disk",,,drivers

[SourceDisksFiles]
laser.gpd = 1,gpd
common.gpd = 1,gpd
inkjet.gpd = 1,gpd

[SourceDisksFiles.amd64]
acmelm.dll = 1,amd64

[SourceDisksFiles.x86]
acmelm.dll = 1,x86

[ControlFlags]
ExcludeFromSelect = USBPRINT\AcmeInkjet_25678

[Previous Names]
"Acme Inkjet 2" = "Acme Inkjet Old"

[Strings]
Acme = "Acme"
)";

}  // namespace platen::inf

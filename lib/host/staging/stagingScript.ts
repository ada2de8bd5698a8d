/** The script that checks copied media on their computer, and only then gives their folder its name. Pure. */
import { createHash } from "node:crypto";
import { counted } from "../../text";
import { quotePath } from "../cmd/quote";
import type { MediaFile, StagingPlace } from "./staging";

/** Highest number of wrong files that the script names. */
const mostNamed = 20;

/** A digest as certutil prints it up to 2012 R2: a blank after each byte (from memory, unverified). */
function spaced(hex: string): string {
  return (hex.match(/../g) ?? []).join(" ");
}

/** Text of a file with which the script tries whether certutil prints digests on this computer. */
const probe = "exchange upgrade";
const probeDigest = createHash("sha256").update(`${probe}\r\n`).digest("hex");

/**
 * The script: every file is there, has its size and, where certutil tells it (Windows Server 2008 R2 and later), its
 * SHA-256, and there is no other file. Only then the folder of the copy is renamed, in one step, to its own name. A folder
 * that has this name already is checked itself, and never changed. It prints only its own words and the names of files, in
 * ASCII: what Windows says in its own language and code page may be no UTF-8, which @pulumi/command cannot hand on.
 */
export function checkScript(place: StagingPlace, files: readonly MediaFile[]): string {
  const { folder, copying } = place;
  const name = folder.slice(folder.lastIndexOf("\\") + 1);
  const [own, copied] = [quotePath(folder, "batch"), quotePath(copying, "batch")];
  const trial = quotePath(`${folder}.check.txt`, "batch");
  const digests = (hex: string) => `/c:"${hex}" /c:"${spaced(hex)}"`;
  return [
    "@echo off",
    `rem Written by pulumi-exchange-upgrade: checks the media in ${folder}. Running it again changes nothing.`,
    "setlocal",
    `set "checked=${copying}"`,
    `if exist "${folder}\\*" set "checked=${folder}"`,
    'if not exist "%checked%\\*" goto nothing',
    "set bad=",
    "set digests=",
    `>${trial} 2>nul echo ${probe}`,
    `certutil -hashfile ${trial} SHA256 2>nul | findstr /b /i ${digests(probeDigest)} >nul && set digests=yes`,
    `del ${trial} 2>nul`,
    'cd /d "%checked%"',
    ...files.map(
      ({ path, size, sha256 }) =>
        `call :file ${quotePath(path, "batch")} ${size} ${sha256} "${spaced(sha256)}"`,
    ),
    // Windows cannot rename a folder that is somebody's current one.
    'cd /d "%~dp0"',
    `dir /s /b /a-d "%checked%" 2>nul | find /c ":" | findstr /x ${files.length} >nul || call :others`,
    "if defined bad goto refused",
    `if "%checked%"==${own} goto named`,
    `ren ${copied} "${name}" 2>nul || goto held`,
    ":named",
    `if exist "${copying}\\*" rmdir /s /q ${copied} 2>nul`,
    `if defined digests echo ${folder}: ${counted(files.length, "file")}, each with the SHA-256 of its source`,
    `if not defined digests echo ${folder}: ${counted(files.length, "file")}, each of its source's size: certutil tells no SHA-256 here`,
    "exit /b 0",
    ":nothing",
    `echo There is neither ${copying} nor ${folder}: somebody has taken away what was copied. Have it copied again:`,
    "echo pulumi up with --replace for the CopyToRemote resources of this computer.",
    "exit /b 1",
    ":refused",
    `if "%checked%"==${own} goto other`,
    `echo What was copied to ${copying} is not the source. Have it copied again: pulumi up with --replace for the`,
    "echo CopyToRemote resources named above; and take away what is not of the media.",
    "exit /b 1",
    ":other",
    `echo ${folder} was there already, or was changed, and is not the source. It was left as it is: take it away, or name`,
    "echo another folder in computer.media.",
    "exit /b 1",
    ":held",
    `echo ${copying} is complete and could not be renamed: a file in it is open. Run pulumi up again.`,
    "exit /b 1",
    ":file",
    'if not exist "%~1" goto missing',
    'if not "%~z1"=="%~2" goto size',
    "if not defined digests goto :eof",
    // certutil prints nothing for an empty file.
    'if "%~2"=="0" goto :eof',
    'certutil -hashfile "%~1" SHA256 2>nul | findstr /b /i /c:"%~3" /c:"%~4" >nul || goto digest',
    "goto :eof",
    ":missing",
    'call :say "%~1 is missing"',
    "goto :eof",
    ":size",
    'call :say "%~1 has %~z1 bytes instead of %~2"',
    "goto :eof",
    ":digest",
    'call :say "%~1 has another SHA-256 than its source"',
    "goto :eof",
    ":others",
    'call :say "there are other files than those of the media"',
    "goto :eof",
    ":say",
    `if "%bad%"=="${"x".repeat(mostNamed)}" goto :eof`,
    'set "bad=%bad%x"',
    "echo %~1",
    "goto :eof",
    "",
  ].join("\r\n");
}

/** What lines do on cmd.exe: the lab's does it in its tests, and another one is asked for the same. */

/** A command line and what it prints; `null` in place of a stream means that it is not looked at. */
export interface Case {
  readonly title: string;
  readonly command: string;
  readonly stdout: string;
  readonly stderr?: string;
  readonly code?: number;
}

export const sharing = "The process cannot access the file because it is being used by another process.\r\n";

/** Lines for cmd.exe as SSH hands them over, and what they do on Windows as the lab has it; the later ones of a list rest on the earlier. */
export const commandLines: readonly Case[] = [
  { title: "prints to the end of the line", command: "echo one two", stdout: "one two\r\n" },
  { title: "keeps quotes in what it prints", command: 'echo "a  b"', stdout: '"a  b"\r\n' },
  { title: "runs one after the other with &", command: "echo a& echo b", stdout: "a\r\nb\r\n" },
  { title: "keeps the blank before & in what it prints", command: "echo a & echo b", stdout: "a \r\nb\r\n" },
  { title: "takes & in quotes literally", command: 'echo "a & b"', stdout: '"a & b"\r\n' },
  { title: "takes & after a caret literally", command: "echo a ^& b", stdout: "a & b\r\n" },
  { title: "takes a caret in quotes literally", command: 'echo "a ^& b"', stdout: '"a ^& b"\r\n' },
  { title: "runs after && only on success", command: "exit /b 0 && echo no& echo no", stdout: "" },
  {
    title: "runs after || only on failure",
    command: "md C:\\Windows 2>nul || echo failed",
    stdout: "failed\r\n",
  },
  {
    title: "skips what follows && after a failure",
    command: "md C:\\Windows 2>nul && echo no",
    stdout: "",
    code: 1,
  },
  {
    title: "binds && closer than ||, and || closer than &",
    command: "ver >nul || echo x && echo y& echo z",
    stdout: "z\r\n",
  },
  {
    title: "expands errorlevel before the line runs",
    command: "exit /b 0& echo never",
    stdout: "",
  },
  {
    title: "shows the errorlevel of the past on one line",
    command: "md C:\\Windows 2>nul & echo %errorlevel%",
    stdout: "0\r\n",
  },
  {
    title: "shows the present errorlevel through call",
    command: "md C:\\Windows 2>nul & call echo %^errorlevel%",
    stdout: "1\r\n",
  },
  { title: "leaves an undefined variable as it stands", command: "echo %nosuch%", stdout: "%nosuch%\r\n" },
  { title: "takes %% for two percent signs", command: "echo 100%%", stdout: "100%%\r\n" },
  { title: "expands in quotes too", command: 'echo "%SystemDrive%"', stdout: '"C:"\r\n' },
  { title: "knows the computer's name", command: "echo %COMPUTERNAME%", stdout: "EDGE1\r\n" },
  { title: "takes a part of a value", command: "echo %SystemRoot:~0,2%", stdout: "C:\r\n" },
  { title: "replaces in a value", command: "echo %SystemRoot:Windows=X%", stdout: "C:\\X\r\n" },
  { title: "groups with parentheses", command: "(echo a& echo b)", stdout: "a\r\nb\r\n" },
  { title: "prints a closing parenthesis outside a group", command: "echo a)", stdout: "a)\r\n" },
  {
    title: "redirects a digit's handle",
    command: "echo 1>C:\\d.txt& type C:\\d.txt",
    stdout: "ECHO is on.\r\n",
  },
  {
    title: "takes a digit inside a word for text",
    command: "echo a1>C:\\e.txt& type C:\\e.txt",
    stdout: "a1\r\n",
  },
  { title: "redirects from the front", command: ">C:\\f.txt echo 5& type C:\\f.txt", stdout: "5\r\n" },
  {
    title: "appends",
    command: "echo 1x>C:\\g.txt& echo 2x>>C:\\g.txt& type C:\\g.txt",
    stdout: "1x\r\n2x\r\n",
  },
  {
    title: "joins errors to the output",
    command: "type C:\\none 2>&1",
    stdout: "The system cannot find the file specified.\r\n",
    code: 1,
  },
  { title: "throws errors away", command: "type C:\\none 2>nul", stdout: "", code: 1 },
  {
    title: "reads input from a file",
    command: 'echo a>C:\\h.txt& find /c /v "" <C:\\h.txt',
    stdout: "1\r\n",
  },
  { title: "pipes", command: "(echo a& echo b& echo ab) | findstr a", stdout: "a\r\nab\r\n" },
  { title: "answers the pipe's last exit code", command: "echo a| findstr b", stdout: "", code: 1 },
  {
    title: "does not run a command whose redirection fails, and tells by the return code",
    command: "(echo a) >C:\\no\\file && echo good|| echo bad",
    stdout: "bad\r\n",
    stderr: "The system cannot find the path specified.\r\n",
  },
  {
    title: "does not find a program",
    command: "nosuch.exe",
    stdout: "",
    stderr:
      "'nosuch.exe' is not recognized as an internal or external command,\r\noperable program or batch file.\r\n",
    code: 1,
  },
  {
    title: "rejects what is no command",
    command: "& echo a",
    stdout: "",
    stderr: "& was unexpected at this time.\r\n",
    code: 1,
  },
  { title: "compares", command: 'if "a"=="a" (echo same) else (echo other)', stdout: "same\r\n" },
  { title: "compares with case", command: 'if "a"=="A" (echo same) else (echo other)', stdout: "other\r\n" },
  { title: "compares without case", command: 'if /i "a"=="A" echo same', stdout: "same\r\n" },
  { title: "compares numbers", command: "if 10 gtr 9 echo more", stdout: "more\r\n" },
  { title: "negates", command: "if not exist C:\\none echo none", stdout: "none\r\n" },
  { title: "finds folders with exist", command: "if exist C:\\Windows\\ echo there", stdout: "there\r\n" },
  { title: "finds by wildcard with exist", command: "if exist C:\\Win* echo there", stdout: "there\r\n" },
  {
    title: "finds an empty folder's content with exist, since it has itself in it",
    command: "mkdir C:\\empty& if exist C:\\empty\\* echo there",
    stdout: "there\r\n",
  },
  { title: "finds nothing in an empty drive", command: "if not exist D:\\* echo none", stdout: "none\r\n" },
  {
    title: "takes a caret between quotes as it is",
    command: 'mkdir "C:\\a^b"& if exist "C:\\a^b" echo there& echo x>"C:\\a^b\\c^d"& dir /b "C:\\a^b"',
    stdout: "there\r\nc^d\r\n",
  },
  { title: "governs the rest of the line with if", command: "if 1==2 echo a& echo b", stdout: "" },
  { title: "knows errorlevel as a lower bound", command: "if errorlevel 0 echo yes", stdout: "yes\r\n" },
  { title: "ends with a 32-bit code", command: "exit 3010", stdout: "", code: 3010 },
  { title: "ends with a negative code", command: "exit /b -1", stdout: "", code: 0xffffffff },
  { title: "cuts the command at a line feed", command: "echo a\necho b", stdout: "a\r\n" },
  { title: "sets and shows variables", command: "set X=1& call echo %^X%", stdout: "1\r\n" },
  { title: "changes folder", command: "cd /d C:\\Windows& cd", stdout: "C:\\Windows\r\n" },
  { title: "starts in the profile", command: "cd", stdout: "C:\\Users\\Administrator\r\n" },
  {
    title: "runs a program by its quoted path",
    command: '"C:\\Windows\\system32\\hostname.exe"',
    stdout: "edge1\r\n",
  },
  {
    title: "runs a command in a further cmd",
    command: 'cmd /d /c "echo a& exit 7"',
    stdout: "a\r\n",
    code: 7,
  },
  {
    title: "sets errorlevel 1 for call without a blank, and 0 with one",
    command: "(call)|| echo one& (call )&& echo zero",
    stdout: "one\r\nzero\r\n",
  },
  {
    title: "does for each word what stands behind an at sign, and goes on behind it",
    command: "(for %a in (1 two) do @(echo a%a& echo %ab))& echo %OS%",
    stdout: "a1\r\n1b\r\natwo\r\ntwob\r\nWindows_NT\r\n",
  },
  {
    title: "says what it does not simulate",
    command: "for %a in (1 2) do echo %a",
    stdout: "",
    stderr: "The lab does not simulate for.\r\n",
    code: 50,
  },
];

/** Likewise, on files. */
export const files: readonly Case[] = [
  { title: "makes folders above", command: "md C:\\a\\b\\c& dir /b C:\\a", stdout: "b\r\n" },
  {
    title: "refuses to make a folder twice",
    command: "md C:\\a\\b",
    stdout: "",
    stderr: "A subdirectory or file C:\\a\\b already exists.\r\n",
    code: 1,
  },
  {
    title: "refuses to remove a folder with content",
    command: "rd C:\\a",
    stdout: "",
    stderr: "The directory is not empty.\r\n",
    code: 145,
  },
  {
    title: "leaves the errorlevel when rd fails without ||",
    command: "rd C:\\none 2>nul& call echo %^errorlevel%",
    stdout: "0\r\n",
  },
  {
    title: "sets it when || follows",
    command: "rd C:\\none 2>nul|| call echo %^errorlevel%",
    stdout: "2\r\n",
  },
  { title: "renames", command: "ren C:\\a\\b d& dir /b C:\\a", stdout: "d\r\n" },
  {
    title: "refuses to rename to an existing name",
    command: "md C:\\a\\e& ren C:\\a\\d e",
    stdout: "",
    stderr: "A duplicate file name exists, or the file\r\ncannot be found.\r\n",
    code: 1,
  },
  {
    title: "refuses to rename what is not there",
    command: "ren C:\\a\\none x",
    stdout: "",
    stderr: "The system cannot find the file specified.\r\n",
    code: 1,
  },
  {
    title: "refuses a path as new name",
    command: "ren C:\\a\\d C:\\a\\f",
    stdout: "",
    stderr: "The syntax of the command is incorrect.\r\n",
    code: 1,
  },
  { title: "finds names without case", command: "if exist c:\\A\\D echo yes", stdout: "yes\r\n" },
  { title: "keeps the spelling", command: "ren c:\\a\\d Dee& dir /b C:\\A", stdout: "Dee\r\ne\r\n" },
  {
    title: "tells an empty folder like an absent file",
    command: "dir /b C:\\a\\e",
    stdout: "",
    stderr: "File Not Found\r\n",
    code: 1,
  },
  {
    title: "moves over a file",
    command: "echo 1x>C:\\m1& echo 2x>C:\\m2& move /y C:\\m1 C:\\m2 >nul& type C:\\m2",
    stdout: "1x\r\n",
  },
  {
    title: "copies",
    command: "copy /y C:\\m2 C:\\m3& type C:\\m3",
    stdout: "        1 file(s) copied.\r\n1x\r\n",
  },
  {
    title: "deletes, and clears the errorlevel",
    command: "del /q C:\\m3& if not exist C:\\m3 echo gone",
    stdout: "gone\r\n",
  },
  {
    title: "tells what it cannot delete, without a code",
    command: "del /q C:\\m3",
    stdout: "",
    stderr: "Could Not Find C:\\m3\r\n",
    code: 0,
  },
  {
    title: "fails to delete in a folder that is not there, and goes on",
    command:
      "echo 1x>C:\\m4& del /q C:\\none\\x C:\\m4 2>nul& call echo %^errorlevel%& if not exist C:\\m4 echo gone",
    stdout: "1\r\ngone\r\n",
  },
  {
    title: "tells nothing but a message where wildcards find nothing",
    command: "del /q C:\\none*.txt 2>nul& call echo %^errorlevel%",
    stdout: "0\r\n",
  },
  { title: "deletes nothing without a name", command: "del 2>nul& call echo %^errorlevel%", stdout: "1\r\n" },
  {
    title: "removes no folder below one that is not there",
    command: "rd C:\\none\\x 2>nul|| call echo %^errorlevel%",
    stdout: "3\r\n",
  },
  { title: "removes a tree", command: "rd /s /q C:\\a& if not exist C:\\a echo gone", stdout: "gone\r\n" },
  {
    title: "lists only folders or only files",
    command: "md C:\\l\\x& echo 1x>C:\\l\\f& dir /b /ad C:\\l& dir /b /a-d C:\\l",
    stdout: "x\r\nf\r\n",
  },
];

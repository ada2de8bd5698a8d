/**
 * What Windows programs print, in several languages, as data: the text, the console code page that its bytes are in,
 * and where the text is from. Lines end as Windows ends them.
 */

/** Where a text is from. What has no public source is constructed, and says after what. */
export type Origin =
  | { readonly url: string /** What was changed, or taken from elsewhere. */; readonly changed?: string }
  | { readonly constructed: string };

/** Output of a program. */
export interface WindowsText {
  readonly origin: Origin;
  /** Console code page: 437 United States, 850 Western Europe, 932 Japan. */
  readonly codePage: 437 | 850 | 932;
  readonly text: string;
}

function lines(...all: readonly string[]): string {
  return all.map((line) => `${line}\r\n`).join("");
}

/** The line of {@link regQuery2003} as the page shows it: tabs as spaces up to the next column of eight. */
export const publishedLine2003 = "    DevicePath  REG_EXPAND_SZ   %SystemRoot%\\inf";

export const regQuery2003: WindowsText = {
  origin: {
    url: "https://github.com/MicrosoftDocs/PowerShell-Docs/blob/main/reference/docs-conceptual/samples/Working-with-Registry-Entries.md",
    changed: "the page shows columns in spaces; the tabs that make exactly these columns are put back",
  },
  codePage: 437,
  text: lines(
    "",
    "! REG.EXE VERSION 3.0",
    "",
    "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion",
    "    DevicePath\tREG_EXPAND_SZ\t%SystemRoot%\\inf",
    "",
  ),
};

export const regQuery2003Default: WindowsText = {
  origin: {
    constructed: "the default value's name as public programs for XP and 2003 look for it: <NO NAME>",
  },
  codePage: 437,
  text: lines(
    "",
    "! REG.EXE VERSION 3.0",
    "",
    "HKEY_LOCAL_MACHINE\\SOFTWARE\\Clients\\StartMenuInternet",
    "    <NO NAME>\tREG_SZ\tIEXPLORE.EXE",
    "",
    "HKEY_LOCAL_MACHINE\\SOFTWARE\\Clients\\StartMenuInternet\\IEXPLORE.EXE",
  ),
};

export const regQueryFrench: WindowsText = {
  origin: { url: "https://github.com/fresc81/node-winreg/pull/10", changed: "the blank lines around it" },
  codePage: 850,
  text: lines(
    "",
    "HKEY_LOCAL_MACHINE\\SOFTWARE\\Wow6432node\\VideoLAN\\VLC",
    "    InstallDir    REG_SZ    C:\\Program Files (x86)\\VideoLAN\\VLC",
    "    Version    REG_SZ    2.1.5",
    "    (par défaut)    REG_SZ    C:\\Program Files (x86)\\VideoLAN\\VLC\\vlc.exe",
    "    Language    REG_SZ    1036",
    "",
  ),
};

export const regQueryGerman: WindowsText = {
  origin: { url: "https://github.com/textext/textext/blob/develop/setup_win.bat" },
  codePage: 850,
  text: lines(
    "",
    "HKEY_LOCAL_MACHINE\\SOFTWARE\\Inkscape\\Inkscape",
    "    (Standard)    REG_SZ    C:\\Program Files\\Inkscape",
    "",
  ),
};

export const regQueryJapanese: WindowsText = {
  origin: {
    url: "https://github.com/ekicyou/areka",
    changed: "from a test report in its specification of open-external-tags; the blank lines are put back",
  },
  codePage: 932,
  text: lines(
    "",
    "HKEY_CLASSES_ROOT\\Unknown\\shell",
    "    (既定)    REG_SZ    openas",
    "",
    "HKEY_CLASSES_ROOT\\Unknown\\shell\\Open",
    "    MultiSelectModel    REG_SZ    Single",
    "    ProgrammaticAccessOnly    REG_SZ",
    "",
    "HKEY_CLASSES_ROOT\\Unknown\\shell\\Open\\command",
    '    (既定)    REG_EXPAND_SZ    %SystemRoot%\\system32\\OpenWith.exe "%1"',
    "    DelegateExecute    REG_SZ    {e44e9428-bdbc-4987-a099-40dc8fd255e7}",
    "",
  ),
};

export const regQueryBackslashBytes: WindowsText = {
  origin: {
    constructed:
      "ソ, 表 and 能 end in byte 0x5C of code page 932, a backslash elsewhere; ポ ends in 0x7C, a bar",
  },
  codePage: 932,
  text: lines(
    "",
    "HKEY_LOCAL_MACHINE\\SOFTWARE\\Lab\\表",
    "    InstallPath    REG_SZ    D:\\ソフト\\機能\\ポート",
    "    ConfiguredVersion    REG_SZ    8.1.240.6",
    "",
    "HKEY_LOCAL_MACHINE\\SOFTWARE\\Lab\\MailboxRole",
    "    ConfiguredVersion    REG_SZ    8.0.685.25",
    "",
  ),
};

/** What reg.exe says of an absent key, on standard error, which commands join to standard output. */
export const regQueryAbsent: readonly WindowsText[] = [
  {
    origin: { constructed: "after the wording that public programs look for" },
    codePage: 437,
    text: lines("ERROR: The system was unable to find the specified registry key or value."),
  },
  {
    origin: { constructed: "after the wording that public programs look for" },
    codePage: 850,
    text: lines("FEHLER: Der angegebene Registrierungsschlüssel bzw. Wert wurde nicht gefunden."),
  },
  {
    origin: { constructed: "after the wording that public programs look for" },
    codePage: 932,
    text: lines("エラー: 指定されたレジストリ キーまたは値が見つかりませんでした。"),
  },
];

const deelevate = "https://github.com/facebook/watchman/blob/main/thirdparty/deelevate/spawn-output.md";
const asCsv = "a table there; here the same columns with the quotes and commas of /fo csv /nh";
const mandatory = "Mandatory group, Enabled by default, Enabled group";

/** `whoami /groups`: an administrator's console without elevation. */
export const groupsFiltered: WindowsText = {
  origin: { url: deelevate, changed: asCsv },
  codePage: 437,
  text: lines(
    `"Everyone","Well-known group","S-1-1-0","${mandatory}"`,
    '"NT AUTHORITY\\Local account and member of Administrators group","Well-known group","S-1-5-114","Group used for deny only"',
    '"BUILTIN\\Administrators","Alias","S-1-5-32-544","Group used for deny only"',
    `"BUILTIN\\Performance Log Users","Alias","S-1-5-32-559","${mandatory}"`,
    `"BUILTIN\\Users","Alias","S-1-5-32-545","${mandatory}"`,
    `"NT AUTHORITY\\INTERACTIVE","Well-known group","S-1-5-4","${mandatory}"`,
    `"CONSOLE LOGON","Well-known group","S-1-2-1","${mandatory}"`,
    `"NT AUTHORITY\\Authenticated Users","Well-known group","S-1-5-11","${mandatory}"`,
    `"NT AUTHORITY\\This Organization","Well-known group","S-1-5-15","${mandatory}"`,
    `"NT AUTHORITY\\Local account","Well-known group","S-1-5-113","${mandatory}"`,
    `"LOCAL","Well-known group","S-1-2-0","${mandatory}"`,
    `"NT AUTHORITY\\NTLM Authentication","Well-known group","S-1-5-64-10","${mandatory}"`,
    '"Mandatory Label\\Medium Mandatory Level","Label","S-1-16-8192",""',
  ),
};

/** `whoami /groups`: the same administrator in an SSH session, which is elevated. */
export const groupsOverSsh: WindowsText = {
  origin: { url: deelevate, changed: asCsv },
  codePage: 437,
  text: lines(
    `"Everyone","Well-known group","S-1-1-0","${mandatory}"`,
    `"NT AUTHORITY\\Local account and member of Administrators group","Well-known group","S-1-5-114","${mandatory}"`,
    `"BUILTIN\\Administrators","Alias","S-1-5-32-544","${mandatory}, Group owner"`,
    `"BUILTIN\\Users","Alias","S-1-5-32-545","${mandatory}"`,
    `"NT AUTHORITY\\NETWORK","Well-known group","S-1-5-2","${mandatory}"`,
    `"NT AUTHORITY\\Authenticated Users","Well-known group","S-1-5-11","${mandatory}"`,
    `"NT AUTHORITY\\This Organization","Well-known group","S-1-5-15","${mandatory}"`,
    `"NT AUTHORITY\\Local account","Well-known group","S-1-5-113","${mandatory}"`,
    `"NT AUTHORITY\\NTLM Authentication","Well-known group","S-1-5-64-10","${mandatory}"`,
    '"Mandatory Label\\High Mandatory Level","Label","S-1-16-12288",""',
  ),
};

/** `whoami /groups` of Windows Server 2003, which knows no integrity and prints no label. */
export const groups2003: WindowsText = {
  origin: { constructed: "the layout of later releases without the label; unverified" },
  codePage: 437,
  text: lines(
    `"CONTOSO\\Domain Users","Group","S-1-5-21-1-2-3-513","${mandatory}"`,
    `"Everyone","Well-known group","S-1-1-0","${mandatory}"`,
    `"BUILTIN\\Administrators","Alias","S-1-5-32-544","${mandatory}, Group owner"`,
    `"CONTOSO\\Schema Admins","Group","S-1-5-21-1-2-3-518","${mandatory}"`,
  ),
};

/** `whoami /groups` in German. */
export const groupsGerman: WindowsText = {
  origin: {
    constructed: "names of accounts as Microsoft documents them for German; the other words are unverified",
  },
  codePage: 850,
  text: lines(
    '"Jeder","Bekannte Gruppe","S-1-1-0","Verbindliche Gruppe, Standardmäßig aktiviert, Aktivierte Gruppe"',
    '"VORDEFINIERT\\Administratoren","Alias","S-1-5-32-544","Gruppe, die nur zum Ablehnen verwendet wird"',
    '"NT-AUTORITÄT\\Authentifizierte Benutzer","Bekannte Gruppe","S-1-5-11","Verbindliche Gruppe, Standardmäßig aktiviert, Aktivierte Gruppe"',
    '"CONTOSO\\Domänen-Admins","Gruppe","S-1-5-21-1-2-3-512","Gruppe, die nur zum Ablehnen verwendet wird"',
    '"CONTOSO\\Größere Änderungen","Gruppe","S-1-5-21-1-2-3-1107","Verbindliche Gruppe, Standardmäßig aktiviert, Aktivierte Gruppe"',
    '"Verbindliche Beschriftung\\Mittlere Verbindlichkeitsstufe","Bezeichnung","S-1-16-8192",""',
  ),
};

/** `whoami /groups` in Japanese. */
export const groupsJapanese: WindowsText = {
  origin: {
    constructed:
      "words of a public listing in another format (/fo list), whose address is not known; the last group is invented",
  },
  codePage: 932,
  text: lines(
    '"Everyone","よく知られたグループ","S-1-1-0","固定グループ, 既定で有効, 有効なグループ"',
    '"NT AUTHORITY\\ローカル アカウントと Administrators グループのメンバー","よく知られたグループ","S-1-5-114","固定グループ, 既定で有効, 有効なグループ"',
    '"BUILTIN\\Administrators","エイリアス","S-1-5-32-544","固定グループ, 既定で有効, 有効なグループ, グループ所有者"',
    '"CONTOSO\\表示ソ","グループ","S-1-5-21-1-2-3-1108","固定グループ, 既定で有効, 有効なグループ"',
    '"Mandatory Label\\High Mandatory Level","ラベル","S-1-16-12288",""',
  ),
};

/** `whoami /user`, with names that no code page agrees on. */
export const users = {
  german: {
    origin: { constructed: "the layout of /groups" },
    codePage: 850,
    text: lines('"contoso\\jürgen","S-1-5-21-1-2-3-1105"'),
  },
  japanese: {
    origin: { constructed: "the layout of /groups" },
    codePage: 932,
    text: lines('"contoso\\田中","S-1-5-21-1-2-3-1106"'),
  },
  english: {
    origin: { constructed: "the layout of /groups" },
    codePage: 437,
    text: lines('"contoso\\exadmin","S-1-5-21-1-2-3-1104"'),
  },
} as const satisfies { readonly [language: string]: WindowsText };

/** `tasklist /fo csv` with processes, and what it says, with exit code 0, when there is none. */
export const tasks = {
  german: {
    origin: {
      url: "https://github.com/Maproom/qmapshack",
      changed: "from comments in QMapShack_Installer.nsi",
    },
    codePage: 850,
    text: lines('"qmapshack.exe","16580","Console","1","89.744 K"'),
  },
  germanNone: {
    origin: {
      url: "https://github.com/Maproom/qmapshack",
      changed: "from comments in QMapShack_Installer.nsi",
    },
    codePage: 850,
    text: lines("INFORMATION: Es werden keine Aufgaben mit den angegebenen Kriterien ausgeführt."),
  },
  japanese: {
    origin: {
      url: "https://github.com/maku77/maku77.github.io/blob/master/windows/admin/tasklist.md",
      changed: "shortened",
    },
    codePage: 932,
    text: lines(
      '"イメージ名","PID","セッション名","セッション#","メモリ使用量","状態","ユーザー名","CPU 時間","ウィンドウ タイトル"',
      '"System Idle Process","0","Services","0","24 K","Unknown","NT AUTHORITY\\SYSTEM","39:52:34","N/A"',
      '"smss.exe","416","Services","0","1,452 K","Unknown","N/A","0:00:00","N/A"',
      '"csrss.exe","656","Services","0","7,468 K","Unknown","N/A","0:00:19","N/A"',
    ),
  },
  japaneseNone: {
    origin: { constructed: "after the wording that public programs look for" },
    codePage: 932,
    text: lines("情報: 指定された条件に一致するタスクは実行されていません。"),
  },
  englishNone: {
    origin: { constructed: "after the wording that public programs look for" },
    codePage: 437,
    text: lines("INFO: No tasks are running which match the specified criteria."),
  },
} as const satisfies { readonly [name: string]: WindowsText };

const dashes = "-".repeat(79);

/** `net localgroup` of Administrators, and the end of `net accounts`, with which it has to end, too. */
export const administrators = {
  english: {
    origin: {
      constructed: "after many public listings, of which no first address is known; the members are ours",
    },
    codePage: 437,
    text: lines(
      "Alias name     Administrators",
      "Comment        Administrators have complete and unrestricted access to the computer/domain",
      "",
      "Members",
      "",
      dashes,
      "Administrator",
      "CONTOSO\\Domain Admins",
      "CONTOSO\\Exchange Organization Administrators",
      "The command completed successfully.",
      "",
      "",
    ),
  },
  german: {
    origin: {
      constructed: "the layout of the English one; the words of public listings of other net commands",
    },
    codePage: 850,
    text: lines(
      "Aliasname        Administratoren",
      "Beschreibung     Administratoren haben uneingeschränkten Vollzugriff auf den Computer bzw. die Domäne.",
      "",
      "Mitglieder",
      "",
      dashes,
      "Administrator",
      "CONTOSO\\Domänen-Admins",
      "CONTOSO\\Exchange Organization Administrators",
      "Der Befehl wurde erfolgreich ausgeführt.",
      "",
      "",
    ),
  },
  japanese: {
    origin: { constructed: "the layout of the English one, with the words of a public listing in Japanese" },
    codePage: 932,
    text: lines(
      "エイリアス名     Administrators",
      "コメント         コンピューター/ドメインに完全なアクセス権があります。",
      "",
      "メンバー",
      "",
      dashes,
      "Administrator",
      "CONTOSO\\表示ソ",
      "CONTOSO\\Exchange Organization Administrators",
      "コマンドは正常に終了しました。",
      "",
      "",
    ),
  },
} as const satisfies { readonly [language: string]: WindowsText };

/** The last lines of other `net` commands: after success, and after something went wrong with one of the rows. */
export const netEndings = {
  english: "The command completed successfully.",
  german: "Der Befehl wurde erfolgreich ausgeführt.",
  japanese: "コマンドは正常に終了しました。",
  /** From a public listing of `net users` in a session without the right to see all. */
  englishWithErrors: "The command completed with one or more errors.",
} as const;

/** `wmic datafile … get Version /value`: with a file, and what it says where there is none. */
export const versions = {
  file: {
    origin: {
      url: "https://github.com/SeleniumHQ/selenium/pull/15363",
      changed: "a program shows it there, with its line ends and without the last line feed",
    },
    codePage: 437,
    text: "\r\r\n\r\r\nVersion=133.0.6943.142\r\r\n\r\r\n\r\r\n\r",
  },
  englishNone: {
    origin: { constructed: "after the wording that public programs look for" },
    codePage: 437,
    text: "No Instance(s) Available.\r\r\n",
  },
  germanNone: {
    origin: { constructed: "the wording is unverified" },
    codePage: 850,
    text: "Keine Instanzen verfügbar.\r\r\n",
  },
} as const satisfies { readonly [name: string]: WindowsText };

/** `schtasks /query /fo csv /v /nh`, in the layouts of 2003 and of 2008, and in several languages. */
export const scheduled = {
  /** The command line's own quotes are not doubled. */
  english: {
    origin: {
      url: "https://github.com/rapid7/metasploit-framework/blob/master/spec/lib/msf/core/post/windows/task_scheduler_spec.rb",
      changed: "without the line of headers, and the columns after the account left out",
    },
    codePage: 437,
    text: lines(
      '"WINDESK.local","\\fzuZbSwfXc","N/A","Ready","Interactive/Background","11/30/1999 12:00:00 AM","267011",' +
        '"WINDEST\\Administrator","reg query "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Schedule\\TaskCache' +
        '\\Tree\\DGvtFiFtnZQVmtY" /v "SD"","N/A","N/A","Enabled","Disabled","Stop On Battery Mode, No Start On ' +
        'Batteries","SYSTEM"',
    ),
  },
  /** A last result that is an error, as a signed number. */
  error: {
    origin: {
      url: "https://github.com/creativeprojects/resticprofile",
      changed: "from a test of its package schtasks; the columns after the author shortened",
    },
    codePage: 437,
    text: lines(
      '"WIN-7060","\\resticprofile backup\\self backup","13/02/2025 17:30:00","Ready","Interactive only",' +
        '"13/02/2025 17:15:00","-2147024894","resticprofile","resticprofile.exe","N/A"',
    ),
  },
  german: {
    origin: { constructed: "the layout of the English one; the words are unverified" },
    codePage: 850,
    text: lines(
      '"SRV1","\\ExchangeUpgrade","Nicht zutreffend","Wird ausgeführt","Interaktiv/Hintergrund","23.11.2026 07:15:02",' +
        '"267009","CONTOSO\\admin","C:\\Windows\\ExchangeUpgrade\\run-next.cmd","Nicht zutreffend"',
    ),
  },
  japanese: {
    origin: { constructed: "the layout of the English one; the words are unverified" },
    codePage: 932,
    text: lines(
      '"SRV1","\\ExchangeUpgrade","N/A","準備完了","対話型/バックグラウンド","2026/11/23 7:15:02","-2147216625","能表ソ",' +
        '"C:\\Windows\\ExchangeUpgrade\\run-next.cmd","N/A"',
    ),
  },
  windows2003: {
    origin: {
      constructed:
        "after public captures of 2003 R2: no backslash, no logon mode in front of the last run, and of a task that never ran " +
        '"Never" and 0',
    },
    codePage: 437,
    text: lines(
      "",
      '"SRV1","Backup","Never","","07:15:02, 11/23/2007","0","admin","At 3:00 AM every day","C:\\backup.cmd","N/A"',
      '"SRV1","ExchangeUpgrade","Never","","Never","0","admin","At 12:00 AM on 11/23/2007","C:\\x.cmd","N/A"',
      '"SRV1","Odd","Never","","Never","N/A","admin","At 12:00 AM on 11/23/2007","C:\\x.cmd","N/A"',
    ),
  },
  neverRan2012: {
    origin: { constructed: 'after public captures of 2008 R2 to 2016: of a task that never ran "N/A" and 1' },
    codePage: 850,
    text: lines(
      '"SRV1","\\ExchangeUpgrade","Nicht zutreffend","Bereit","Interaktiv/Hintergrund","Nicht zutreffend","1","CONTOSO\\admin",' +
        '"C:\\Windows\\ExchangeUpgrade\\run-next.cmd","Nicht zutreffend"',
      '"SRV1","\\Failed","Nicht zutreffend","Bereit","Interaktiv/Hintergrund","23.11.2026 07:15:02","1","CONTOSO\\admin",' +
        '"C:\\x.cmd","Nicht zutreffend"',
    ),
  },
  none: {
    origin: { constructed: "after the wording that public programs look for" },
    codePage: 437,
    text: lines("", "INFO: There are no scheduled tasks present in the system."),
  },
} as const satisfies { readonly [name: string]: WindowsText };
/** What `sc query <name>` prints, with the state in it; null where the service does not exist. */
export interface ServiceText extends WindowsText {
  readonly state: number | null;
}

const after2012 = "the English layout, with labels as public tools for that language expect them";

export const serviceQueries: readonly ServiceText[] = [
  {
    origin: { constructed: "what public transcripts of Windows Server 2012 R2 show, trailing blanks added" },
    codePage: 437,
    state: 1,
    text: lines(
      "",
      "SERVICE_NAME: puppet",
      "        TYPE               : 10  WIN32_OWN_PROCESS  ",
      "        STATE              : 1  STOPPED ",
      "        WIN32_EXIT_CODE    : 1077  (0x435)",
      "        SERVICE_EXIT_CODE  : 0  (0x0)",
      "        CHECKPOINT         : 0x0",
      "        WAIT_HINT          : 0x0",
    ),
  },
  {
    origin: { constructed: `${after2012}; a service that shares its process and talks to the desktop` },
    codePage: 850,
    state: 4,
    text: lines(
      "",
      "DIENSTNAME: Spooler ",
      "        TYP                : 110  WIN32_OWN_PROCESS  (interactive)",
      "        STATUS             : 4  RUNNING ",
      "                                (STOPPABLE, NOT_PAUSABLE, ACCEPTS_SHUTDOWN)",
      "        WIN32_EXIT_CODE    : 0  (0x0)",
      "        PRÜFPUNKT          : 0x0",
      "        WARTEHINWEIS       : 0x0",
    ),
  },
  {
    origin: { constructed: after2012 },
    codePage: 850,
    state: 2,
    text: lines(
      "",
      "NOME_DO_SERVIÇO: audiosrv ",
      "        TIPO               : 20  WIN32_SHARE_PROCESS  ",
      "        ESTADO             : 2  START_PENDING ",
      "        CÓDIGO_DE_SAÍDA_DO_WIN32   : 0  (0x0)",
      "        PONTO_DE_VERIFICAÇÃO         : 0x0",
    ),
  },
  {
    origin: { constructed: after2012 },
    codePage: 932,
    state: 7,
    text: lines(
      "",
      "サービス名: W3SVC",
      "        種類               : 20  WIN32_SHARE_PROCESS  ",
      "        状態               : 7  PAUSED ",
      "        WIN32_EXIT_CODE    : 0  (0x0)",
    ),
  },
  {
    origin: { constructed: "the number is in every language's text; the words are German" },
    codePage: 850,
    state: null,
    text: lines(
      "[SC] EnumQueryServicesStatus:OpenService FEHLER 1060:",
      "",
      "Der angegebene Dienst ist kein installierter Dienst.",
    ),
  },
];

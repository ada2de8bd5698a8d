/**
 * Logs made up in the style of real ones, of kinds in which people have them: other languages of Windows and Setup, cut off, copied,
 * in other encodings, of several runs. Sentences in other languages are ours where no public log shows Setup's.
 */

const stars = "*".repeat(46);

type Write = (level: number, text: string) => string;

/** Writes lines of a run, a second apart. */
function writer(stamp: (second: string) => string): Write {
  let seconds = 0;
  return (level, text) => `[${stamp(String(seconds++ % 60).padStart(2, "0"))}] [${level}] ${text}`;
}

/** The stamp of 2013 and later on a day. */
const on = (day: string) => writer((second) => `${day} 09:30:${second}.0017`);

export function joined(lines: readonly string[]): string {
  return lines.map((each) => `${each}\r\n`).join("");
}

/** The first lines of a run of 2013 and later in English. @param parameters e.g. "mode=Upgrade" */
function begun(write: Write, product: string, version: string, ...parameters: readonly string[]): string[] {
  return [
    stars,
    `Starting ${product} Setup`,
    stars,
    "Local time zone: (UTC) Coordinated Universal Time.",
    "Operating system version: Microsoft Windows NT 6.2.9200.0.",
    `Setup version: ${version}.`,
    "Logged on user: CONTOSO\\exadmin.",
    ...parameters.map((each) => {
      const [name = "", value = ""] = each.split("=");
      return `Command Line Parameter Name='${name}', Value='${value}'.`;
    }),
  ].map((text) => write(0, text));
}

function ended(write: Write, succeeded: boolean): string[] {
  const code = succeeded ? 0 : 1;
  return [
    succeeded
      ? "The Exchange Server setup operation completed successfully."
      : "The Exchange Server setup operation didn't complete. More details can be found in ExchangeSetup.log located in the <SystemDrive>:\\ExchangeSetupLogs folder.",
    `CurrentResult main.run:235: ${code}`,
    `CurrentResult setupbase.maincore:396: ${code}`,
    "End of Setup",
    stars,
  ].map((text) => write(0, text));
}

/** The last lines of a run in another language, or of the wizard, which says nothing of how it ended. */
const closed = (write: Write, code: number, word = "End of Setup") =>
  [`CurrentResult setupbase.maincore:396: ${code}`, word, stars].map((text) => write(0, text));

const work = (write: Write, name: string) =>
  write(1, `[ERROR-REFERENCE] Id=${name} Component=EXCHANGE14:\\Current\\Release`);

const rule = (write: Write, name: string, text: string) => [
  write(1, `Failed [Rule:${name}] [Message:${text}]`),
  write(1, `[REQUIRED] ${text}`),
];

function german(write: Write): string[] {
  return [
    stars,
    "Microsoft Exchange Server 2016-Setup wird gestartet",
    stars,
    "Lokale Zeitzone: (UTC+01:00) Amsterdam, Berlin, Bern, Rom, Stockholm, Wien.",
    "Betriebssystemversion: Microsoft Windows NT 6.2.9200.0.",
    "Setupversion: 15.1.2507.6.",
    "Angemeldeter Benutzer: KONTOSO\\Jürgen Müller.",
    "Name des Befehlszeilenparameters='mode', Wert='Upgrade'.",
    "Name des Befehlszeilenparameters='iacceptexchangeserverlicenseterms_diagnosticdataon', Wert=''.",
  ].map((text) => write(0, text));
}

const products = {
  2013: "Microsoft Exchange Server 2013",
  2016: "Microsoft Exchange Server 2016",
  2019: "Microsoft Exchange Server 2019",
  SE: "Microsoft Exchange Server Subscription Edition",
} as const;

/** What is expected of a run; null and [] where it is left out. */
export interface Told {
  readonly result: "succeeded" | "failed" | "unclear" | "unfinished";
  /** Product, version, mode, user, and which of how many runs. */
  readonly run: readonly [string | null, string | null, string | null, string | null, number, number];
  /** Names of the known failures; null for one that is not known. */
  readonly causes?: readonly (string | null)[];
  /** The whole reason of a run that failed. */
  readonly reason?: string;
}

export interface LogOfOthers extends Told {
  readonly log: string | Buffer;
  readonly earlier?: Told;
}

const germanRun = [products[2016], "15.1.2507.6", "Upgrade", "KONTOSO\\Jürgen Müller", 1, 1] as const;
const run2016 = [products[2016], "15.1.2507.6", "Upgrade", "CONTOSO\\exadmin", 1, 1] as const;
const run2019 = [products[2019], "15.2.1544.4", "Upgrade", "CONTOSO\\exadmin", 1, 1] as const;

/** The same run as one of several in a log. */
function of([product, version, mode, user]: Told["run"], number: number, all: number): Told["run"] {
  return [product, version, mode, user, number, all];
}

/** A run that stopped at a task, its script and stack in the log. */
const ofTransport = () => {
  const write = on("06/23/2022");
  return joined([
    ...begun(write, products[2016], "15.1.2507.6", "mode=Upgrade"),
    write(
      1,
      `[ERROR] The following error was generated when "$error.Clear(); \r\n          if ($RoleIsDatacenter -ne $true)\r\n          { install-it }\r\n        " was run: "Microsoft.Exchange.Configuration.Tasks.ServiceDidNotReachStatusException: Service 'MSExchangeTransport' failed to reach status 'Running' on this server.\r\n   at Microsoft.Exchange.Management.Tasks.ManageSetupService.WaitForServiceStatus()".`,
    ),
    ...ended(write, false),
  ]);
};

const transport = {
  result: "failed",
  causes: ["transportNotRunning"],
  reason:
    "the service MSExchangeTransport did not start. Read its errors in the application log; enable IPv6 everywhere, or disable it everywhere (DisabledComponents). Setup says: Service 'MSExchangeTransport' failed to reach status 'Running' on this server",
} as const;

const aPiece = [null, null, null, null, 0, 0] as const;

function mounts(write: Write): string[] {
  return [
    write(1, '[ERROR] Failed to mount database "DB07". Error: An Active Manager operation failed.'),
    work(write, "MailboxServiceControlLast___05b3bbd4"),
  ];
}

const mountReason =
  'a database of this server does not mount: DB07. Mount or restore it first. Setup says: Failed to mount database "…". Error: An Active Manager operation failed';

export const logsOfOthers: { readonly [name: string]: () => LogOfOthers } = {
  "2007 on a German Windows: its stamps follow the culture": () => {
    const write = writer((second) => `14.03.2008 09:30:${second}`);
    return {
      log: joined([
        write(0, stars),
        write(0, "Starting Microsoft Exchange 2007 Setup"),
        write(0, stars),
        write(0, "Setup version: 8.1.240.6."),
        write(0, "Logged on user: KONTOSO\\Administrator."),
        write(0, "Command Line Parameter Name='mode', Value='Upgrade'."),
        write(0, "ExSetup was started with the following command: '-mode:Upgrade -sourcedir:E:\\'."),
        write(0, "The following roles have been unpacked: ClientAccessRole MailboxRole AdminToolsRole "),
        write(2, "[ERROR] Service 'MSExchangeIS' failed to reach status 'Stopped' on this server."),
        write(
          1,
          "[ERROR] The execution of: \"$error.Clear(); stop-SetupService -ServiceName:MSExchangeIS\", generated the following error: \"Service 'MSExchangeIS' failed to reach status 'Stopped' on this server.\".",
        ),
        write(0, "The Exchange Server Setup operation did not complete. Visit http://support.microsoft.com."),
        write(0, "End of Setup"),
      ]),
      run: ["Microsoft Exchange 2007", "8.1.240.6", "Upgrade", "KONTOSO\\Administrator", 1, 1],
      result: "failed",
      causes: ["serviceNotStopped"],
      reason:
        "a service did not stop: MSExchangeIS. Stop it, and end its process if it hangs; then run Setup again. Setup says: Service '…' failed to reach status 'Stopped' on this server",
    };
  },
  "2007 on a Korean Windows, cut off inside of a line": () => {
    const write = writer((second) => `2008-03-14 오전 9:30:${second}`);
    return {
      log: joined([
        write(0, stars),
        write(0, "Starting Microsoft Exchange 2007 Setup"),
        write(0, stars),
        write(0, "Setup version: 8.3.83.6."),
        write(0, "Logged on user: CONTOSO\\관리자."),
        write(1, "Installing MSI package 'E:\\exchangeserver.msi'."),
      ]).slice(0, -20),
      run: ["Microsoft Exchange 2007", "8.3.83.6", null, "CONTOSO\\관리자", 1, 1],
      result: "unfinished",
    };
  },
  "2007 that calls itself Exchange Server 2007, with the short name of the mode": () => {
    const write = writer((second) => `9/12/2007 4:14:${second} PM`);
    return {
      log: joined([
        write(0, stars),
        write(0, "Starting Microsoft Exchange Server 2007 Setup"),
        write(0, stars),
        write(0, "Setup version: 8.2.176.2."),
        write(0, "Logged on user: CONTOSO\\Jim Smith."),
        write(0, "Command Line Parameter Name='m', Value='upgrade'."),
        write(
          1,
          "[ERROR] A Setup failure previously occurred while installing the Bridgehead role. Either run Setup again for just this role, or remove the role using Control Panel.",
        ),
        write(0, "The Exchange Server Setup operation did not complete."),
        write(0, "End of Setup"),
      ]),
      run: ["Microsoft Exchange Server 2007", "8.2.176.2", "upgrade", "CONTOSO\\Jim Smith", 1, 1],
      result: "failed",
      causes: ["roleUnfinished"],
      reason:
        "an earlier run has left a role half installed: Bridgehead. Run Setup's wizard, or Setup for this role alone, so that it resumes; delete no Watermark. Setup says: A Setup failure previously occurred while installing the … role. Either run Setup again for just this role, or remove the role using Cont…",
    };
  },
  "2010 in the hosting mode, with dashes in its stamps": () => {
    const write = writer((second) => `03-14-2011 09:30:${second}.0042`);
    return {
      log: joined([
        ...begun(write, "Microsoft Exchange Server 2010", "14.1.218.15", "prepareschema="),
        ...rule(write, "HostingModeNotAvailable", "Hosting mode is not available."),
        write(0, "The Exchange Server setup operation did not complete."),
        write(0, "End of Setup"),
      ]),
      run: ["Microsoft Exchange Server 2010", "14.1.218.15", "prepareschema", "CONTOSO\\exadmin", 1, 1],
      result: "failed",
      causes: ["hostingMode"],
      reason:
        "Active Directory was prepared for another mode (hosting) than Setup is run in. Run Setup with /hosting where it was prepared so, and without where not. Setup says: Hosting mode is not available",
    };
  },
  "2016 in German, a rule that failed": () => {
    const write = on("06/23/2022");
    return {
      log: joined([
        ...german(write),
        ...rule(write, "RebootPending", "Ein Neustart steht aus. Starten Sie den Computer neu."),
        write(0, "Der Vorgang wurde nicht abgeschlossen."),
        ...closed(write, 1, "Ende des Setups"),
      ]),
      run: germanRun,
      result: "failed",
      causes: ["restartPending"],
      reason:
        "Windows waits for a restart. Restart the computer. Setup says: Ein Neustart steht aus. Starten Sie den Computer neu",
    };
  },
  "2016 in German, saved in Windows-1252: the code tells the cause": () => {
    const write = on("06/23/2022");
    return {
      log: Buffer.from(
        joined([
          ...german(write),
          write(
            1,
            '[ERROR] Der folgende Fehler wurde generiert, als "$error.Clear(); install-MsiPackage -PackagePath $p" ausgeführt wurde: "Microsoft.Exchange.Configuration.Tasks.TaskException: Das Produkt kann nicht entfernt werden. Fehlercode: 1612. ---> System.ComponentModel.Win32Exception: Die Installationsquelle für dieses Produkt ist nicht verfügbar.".',
          ),
          work(write, "SpeechComponent___c2c075b9"),
          ...closed(write, 1, "Ende des Setups"),
        ]),
        "latin1",
      ),
      run: [products[2016], "15.1.2507.6", "Upgrade", "KONTOSO\\J\ufffdrgen M\ufffdller", 1, 1],
      result: "failed",
      causes: ["installerSource"],
      reason:
        "Windows Installer misses a package of the installed build in its cache. Copy the files from the media of the build that is installed (FixInstallerCache.ps1), not of the new one. Setup says: Das Produkt kann nicht entfernt werden. Fehlercode: 1612",
    };
  },
  "2016 in German, at its end: its sentence is not known": () => {
    const write = on("06/23/2022");
    return {
      log: joined([
        ...german(write),
        write(0, "Der Vorgang ist abgeschlossen."),
        ...closed(write, 0, "Ende des Setups"),
      ]),
      run: germanRun,
      result: "unclear",
    };
  },
  "2016 in German, begun anew after a run that failed": () => {
    const write = on("06/23/2022");
    const failed = [...german(write), ...rule(write, "RebootPending", "Ein Neustart steht aus.")];
    return {
      log: joined([...failed, ...closed(write, 1, "Ende des Setups"), ...german(on("06/24/2022"))]),
      run: of(germanRun, 2, 2),
      result: "unfinished",
      earlier: {
        run: of(germanRun, 1, 2),
        result: "failed",
        causes: ["restartPending"],
        reason: "Windows waits for a restart. Restart the computer. Setup says: Ein Neustart steht aus",
      },
    };
  },
  "2019 in Japanese: a rule that warns, one that decides, one in its wake": () => {
    const write = on("11/08/2023");
    return {
      log: joined([
        ...[
          stars,
          "Microsoft Exchange Server 2019 セットアップを開始しています",
          stars,
          "セットアップのバージョン: 15.2.1258.12。",
          "ログオン ユーザー: CONTOSO\\管理者。",
          "コマンド ライン パラメーター名='mode'、値='Upgrade'。",
        ].map((text) => write(0, text)),
        write(1, "Failed [Rule:NoE15ServerWarning] [Message:セットアップは組織を準備します。]"),
        write(1, "[RECOMENDED] セットアップは組織を準備します。"),
        ...rule(write, "UnifiedMessagingRoleNotInstalled", "役割が見つかりません。"),
        ...rule(write, "CannotAccessAD", "Active Directory に接続できません。"),
        ...closed(write, 1, "セットアップの終了"),
      ]),
      run: [products[2019], "15.2.1258.12", "Upgrade", "CONTOSO\\管理者", 1, 1],
      result: "failed",
      causes: ["directoryNotRead"],
      reason:
        "2 rules failed: Setup could not read Active Directory. Check this computer's DNS and site, and that a global catalog there answers. Setup says: Active Directory に接続できません。",
    };
  },
  "2013 in Russian: the type of the exception tells the cause": () => {
    const write = on("06/23/2022");
    const said = 'Служба "MSExchangeTransport" не достигла состояния "Running" на этом сервере.';
    return {
      log: joined([
        ...[
          stars,
          "Запуск программы установки Microsoft Exchange Server 2013",
          stars,
          "Версия программы установки: 15.0.1497.2.",
          "Вошедший пользователь: CONTOSO\\Иванов.",
        ].map((text) => write(0, text)),
        write(1, `[ERROR] ${said}`),
        write(
          1,
          `[ERROR] Ошибка "$error.Clear();\r\n start-SetupService -ServiceName $s\r\n" : "Microsoft.Exchange.Configuration.Tasks.ServiceDidNotReachStatusException: ${said}\r\n   в Microsoft.Exchange.Do()".`,
        ),
        ...closed(write, 1, "Конец установки"),
      ]),
      run: [products[2013], "15.0.1497.2", null, "CONTOSO\\Иванов", 1, 1],
      result: "failed",
      causes: ["serviceNotRunning"],
      reason: `a service did not start. Read its errors in the application and system logs, start it by hand. Setup says: ${said.slice(0, -1)}`,
    };
  },
  "2019 in French, with blanks in front of its colons; the failure is known in English only": () => {
    const write = on("06/23/2022");
    return {
      log: joined([
        ...[
          stars,
          "Démarrage du programme d'installation de Microsoft Exchange Server 2019",
          stars,
          "Version du programme d'installation : 15.2.1544.4.",
          "Utilisateur connecté : CONTOSO\\admin.",
          "Nom du paramètre de ligne de commande='mode', valeur='Upgrade'.",
        ].map((text) => write(0, text)),
        write(1, "[ERROR] Impossible de monter la base de données « DB1 »."),
        work(write, "MailboxServiceControlLast___05b3bbd4"),
        ...closed(write, 1, "Fin du programme d'installation"),
      ]),
      run: [products[2019], "15.2.1544.4", "Upgrade", "CONTOSO\\admin", 1, 1],
      result: "failed",
      causes: [null],
      reason: 'Impossible de monter la base de données "DB1"',
    };
  },
  "2016 on a Finnish Windows: full stops in date and time": () => {
    const write = writer((second) => `06.23.2022 09.30.${second}.0042`);
    return {
      log: joined([
        ...begun(write, products[2016], "15.1.2507.6", "mode=Upgrade"),
        ...rule(write, "MSDTCStopped", "MSDTC is stopped.\r\nStart it."),
        ...ended(write, false),
      ]),
      run: run2016,
      result: "failed",
      causes: ["windowsService"],
      reason:
        "a service of Windows that Setup needs is stopped or disabled. Set it to start automatically, and start it. Setup says: MSDTC is stopped. Start it",
    };
  },
  "2013, a language pack of Unified Messaging": () => {
    const write = on("02/11/2020");
    return {
      log: joined([
        ...begun(write, products[2013], "15.0.1497.2", "addumlanguagepack=de-DE", "sourcedir=D:\\"),
        write(
          1,
          "[ERROR] Unable to install product with code 0e6f3b6c-1c54-4a65-8b9a-3f4f9e7b4fb2. The installation source for this product is not available. Error code is 1612.",
        ),
        work(write, "UmLanguagePackComponent___adacb802"),
        write(1, "Setup is stopping now because of one or more critical errors."),
        ...ended(write, false),
      ]),
      run: [products[2013], "15.0.1497.2", "addumlanguagepack:de-DE", "CONTOSO\\exadmin", 1, 1],
      result: "failed",
      causes: ["installerSource"],
      reason:
        "Windows Installer misses a package of the installed build in its cache: 0e6f3b6c-1c54-4a65-8b9a-3f4f9e7b4fb2. Copy the files from the media of the build that is installed (FixInstallerCache.ps1), not of the new one. Setup says: Unable to install product with code …. The installation source for this…",
    };
  },
  "2016 with a further language pack of Unified Messaging": () => {
    const write = on("06/23/2022");
    return {
      log: joined([
        ...begun(write, products[2016], "15.1.2507.6", "mode=Upgrade"),
        ...rule(write, "AdditionalUMLangPackExists", "Remove the language packs de-DE, fr-FR first."),
        ...ended(write, false),
      ]),
      run: run2016,
      result: "failed",
      causes: ["languagePackOfVoice"],
      reason:
        "further language packs of Unified Messaging are installed. Remove them first (Setup /RemoveUMLanguagePack), and install those of the new build afterwards. Setup says: Remove the language packs de-DE, fr-FR first",
    };
  },
  "2019, the computer restarted in the middle: zeros at the end of a run, and another action after it":
    () => {
      const write = on("02/11/2024");
      return {
        log: [
          joined([
            ...begun(write, products[2019], "15.2.1544.4", "mode=Upgrade"),
            write(2, "Beginning processing Start-PreFileCopy"),
          ]),
          `${"\0".repeat(700)}\r\n`,
          joined([
            ...begun(write, products[2019], "15.2.1544.4", "mode=Install"),
            write(
              1,
              '[ERROR] Setup previously failed while performing the action "BuildToBuildUpgrade". You can\'t resume setup by performing the action "Install".',
            ),
            ...ended(write, false),
          ]),
        ].join(""),
        run: [products[2019], "15.2.1544.4", "Install", "CONTOSO\\exadmin", 2, 2],
        result: "failed",
        causes: ["otherAction"],
        reason:
          'an earlier run did another thing and has not finished: "BuildToBuildUpgrade". Run Setup again with the action that it names, so that it resumes; ask support before you delete a Watermark. Setup says: Setup previously failed while performing the action …. You can\'t resume setup by performing the act…',
      };
    },
  "2019, begun again after a run that failed": () => {
    const write = on("02/12/2024");
    return {
      log: joined([
        ...begun(write, products[2019], "15.2.1544.4", "mode=Upgrade"),
        ...mounts(write),
        ...ended(write, false),
        ...begun(write, products[2019], "15.2.1544.4", "mode=Upgrade"),
        write(1, "Setup will run the task 'Test-SetupHealth'"),
      ]),
      run: [products[2019], "15.2.1544.4", "Upgrade", "CONTOSO\\exadmin", 2, 2],
      result: "unfinished",
      earlier: {
        run: of(run2019, 1, 2),
        result: "failed",
        causes: ["databaseNotMounted"],
        reason: mountReason,
      },
    };
  },
  "2019, killed twice after a run that failed: the one that says why": () => {
    const write = on("02/12/2024");
    const killed = [
      ...begun(write, products[2019], "15.2.1544.4", "mode=Upgrade"),
      write(1, "Setup will run the task 'Test-SetupHealth'"),
    ];
    return {
      log: joined([
        ...begun(write, products[2019], "15.2.1544.4", "mode=Upgrade"),
        ...mounts(write),
        ...ended(write, false),
        ...killed,
        ...killed,
      ]),
      run: of(run2019, 3, 3),
      result: "unfinished",
      earlier: {
        run: of(run2019, 1, 3),
        result: "failed",
        causes: ["databaseNotMounted"],
        reason: mountReason,
      },
    };
  },
  "2019, killed twice and never ended: the one just before": () => {
    const write = on("02/12/2024");
    const killed = () => begun(write, products[2019], "15.2.1544.4", "mode=Upgrade");
    return {
      log: joined([...killed(), ...killed(), ...killed()]),
      run: of(run2019, 3, 3),
      result: "unfinished",
      earlier: { run: of(run2019, 2, 3), result: "unfinished" },
    };
  },
  "2019, begun behind the rest of a run whose beginning is gone": () => {
    const write = on("02/12/2024");
    return {
      log: joined([
        ...mounts(write),
        ...ended(write, false),
        ...begun(write, products[2019], "15.2.1544.4", "mode=Upgrade"),
      ]),
      run: run2019,
      result: "unfinished",
      earlier: {
        run: [null, null, null, null, 0, 1],
        result: "failed",
        causes: ["databaseNotMounted"],
        reason: mountReason,
      },
    };
  },
  "2016, an upgrade that has begun after the preparation": () => {
    const write = on("06/23/2022");
    return {
      log: joined([
        ...begun(write, products[2016], "15.1.2507.6", "preparead="),
        ...ended(write, true),
        ...begun(write, products[2016], "15.1.2507.6", "mode=Upgrade"),
      ]),
      run: of(run2016, 2, 2),
      result: "unfinished",
      earlier: {
        run: [products[2016], "15.1.2507.6", "preparead", "CONTOSO\\exadmin", 1, 2],
        result: "succeeded",
      },
    };
  },
  "2019, the wizard: checked again after a restart, and closed": () => {
    const write = on("02/13/2024");
    return {
      log: joined([
        ...begun(write, products[2019], "15.2.1544.4"),
        write(1, "Beginning processing test-SetupPrerequisites"),
        ...rule(write, "RebootPending", "There is a pending reboot from a previous installation."),
        write(1, "Beginning processing test-SetupPrerequisites"),
        write(1, "Ending processing test-SetupPrerequisites"),
        ...closed(write, 0),
      ]),
      run: [products[2019], "15.2.1544.4", null, "CONTOSO\\exadmin", 1, 1],
      result: "unclear",
    };
  },
  "2019, the wizard: failed, repeated in the same run, and through": () => {
    const write = on("02/13/2024");
    return {
      log: joined([
        ...begun(write, products[2019], "15.2.1544.4"),
        ...mounts(write),
        write(2, "Install is complete.  Server state has been set to Active."),
        ...closed(write, 0),
      ]),
      run: [products[2019], "15.2.1544.4", null, "CONTOSO\\exadmin", 1, 1],
      result: "succeeded",
    };
  },
  "2016, to be recovered and installed instead": () => {
    const write = on("02/14/2024");
    return {
      log: joined([
        ...begun(write, products[2016], "15.1.2507.6", "mode=Install", "roles=Mailbox"),
        write(
          1,
          "[ERROR] The Exchange server is in an inconsistent state. Only disaster recovery mode is available. Please use Setup /m:RecoverServer to recover this Exchange server.",
        ),
        ...ended(write, false),
      ]),
      run: [products[2016], "15.1.2507.6", "Install", "CONTOSO\\exadmin", 1, 1],
      result: "failed",
      causes: ["inconsistentServer"],
      reason:
        "the directory has this server, and nothing of Exchange is installed on the computer. Recover it with Setup /m:RecoverServer and the media of its release. Setup says: The Exchange server is in an inconsistent state. Only disaster recovery mode is available. Please use Setup /m:RecoverServer to recov…",
    };
  },
  "2016, a recovery whose prerequisites fail": () => {
    const write = on("02/14/2024");
    return {
      log: joined([
        ...begun(write, products[2016], "15.1.2507.6", "mode=RecoverServer"),
        ...rule(write, "UcmaRedistMsi", "Unified Communications Managed API 4.0 is required."),
        ...ended(write, false),
      ]),
      run: [products[2016], "15.1.2507.6", "RecoverServer", "CONTOSO\\exadmin", 1, 1],
      result: "failed",
      causes: ["missingSoftware"],
      reason:
        "software that this Setup needs is missing or too old. Install what Setup names. Setup says: Unified Communications Managed API 4.0 is required",
    };
  },
  "2016, a rule that nobody knows, while Exchange is removed": () => {
    const write = on("06/23/2022");
    return {
      log: joined([
        ...begun(write, products[2016], "15.1.2507.6", "mode=Uninstall"),
        ...rule(write, "MadeUpRule", "A mailbox database has mailboxes."),
        ...ended(write, false),
      ]),
      run: [products[2016], "15.1.2507.6", "Uninstall", "CONTOSO\\exadmin", 1, 1],
      result: "failed",
      causes: [null],
      reason: "rule MadeUpRule failed: A mailbox database has mailboxes",
    };
  },
  "2016, one cumulative update over the other, and the last one failed": () => {
    const first = on("11/02/2021");
    const second = on("05/03/2022");
    const third = on("06/23/2022");
    return {
      log: joined([
        ...begun(first, products[2016], "15.1.2242.4", "mode=Install"),
        ...ended(first, true),
        ...begun(second, products[2016], "15.1.2375.7", "mode=Upgrade"),
        ...rule(second, "ProcessNeedsToBeClosedOnUpgrade", "The mmc (4711) has open files."),
        ...ended(second, false),
        ...begun(third, products[2016], "15.1.2507.6", "mode=Upgrade"),
        third(
          1,
          "[ERROR] Cannot find path 'D:\\Exchange\\UnifiedMessaging\\Grammars' because it does not exist.",
        ),
        work(third, "UnifiedMessagingComponent___99d8be02"),
        ...ended(third, false),
      ]),
      run: of(run2016, 3, 3),
      result: "failed",
      causes: ["missingFolder"],
      reason:
        "a folder of Exchange is missing: D:\\Exchange\\UnifiedMessaging\\Grammars. Create it, empty. Setup says: Cannot find path '…' because it does not exist",
    };
  },
  "2019 Edge: the service of its directory does not start": () => {
    const write = on("06/23/2022");
    return {
      log: joined([
        ...begun(write, products[2019], "15.2.1544.4", "mode=Upgrade"),
        write(0, "The following roles are installed: GatewayRole AdminTools"),
        write(
          2,
          "[ERROR] Service 'Microsoft Exchange ADAM (ADAM_MSExchange)' cannot be started due to the following error: Cannot start service ADAM_MSExchange on computer '.'.",
        ),
        work(write, "GatewayComponent___0123"),
        ...ended(write, false),
      ]),
      run: run2019,
      result: "failed",
      causes: ["serviceNotRunning"],
      reason:
        "a service did not start: Microsoft Exchange ADAM (ADAM_MSExchange). Read its errors in the application and system logs, start it by hand. Setup says: Service '…' cannot be started due to the following error: Cannot start service ADAM_MSExchange on computer '.'",
    };
  },
  "SE over 2019, with a rule that warns": () => {
    const write = on("07/15/2025");
    return {
      log: joined([
        ...begun(write, products.SE, "15.2.2562.17", "mode=Upgrade"),
        ...rule(write, "WarnMapiHttpNotEnabled", "MAPI over HTTP is recommended."),
        ...ended(write, true),
      ]),
      run: [products.SE, "15.2.2562.17", "Upgrade", "CONTOSO\\exadmin", 1, 1],
      result: "succeeded",
    };
  },
  "SE of a build that nobody knows yet": () => {
    const write = on("02/15/2026");
    return {
      log: joined([
        ...begun(write, products.SE, "15.2.3000.4", "mode=Upgrade"),
        ...rule(write, "AllServersOfHigherVersionRule", "The organization has newer servers."),
        ...ended(write, false),
      ]),
      run: [products.SE, "15.2.3000.4", "Upgrade", "CONTOSO\\exadmin", 1, 1],
      result: "failed",
      causes: ["newerServers"],
      reason:
        "the organization has servers of a newer build than this Setup. Take media of the newest build in the organization. Setup says: The organization has newer servers",
    };
  },
  "the end of a log that begins inside of a script": () => {
    const log = ofTransport();
    return { log: log.slice(log.indexOf("if ($RoleIs")), run: aPiece, ...transport };
  },
  "UTF-16 that was cut off inside of a stack": () => ({
    log: Buffer.from(`\ufeff${ofTransport()}`, "utf16le").subarray(
      0,
      2 * ofTransport().indexOf("ManageSetupService") + 5,
    ),
    run: run2016,
    ...transport,
    result: "unfinished",
  }),
  "UTF-16 behind UTF-8, as `>>` of PowerShell appends it": () => {
    const write = on("06/22/2022");
    const before = joined([
      ...begun(write, products[2016], "15.1.2507.6", "mode=Upgrade"),
      ...ended(write, true),
    ]);
    return {
      log: Buffer.concat([Buffer.from(before), Buffer.from(ofTransport(), "utf16le")]),
      run: of(run2016, 2, 2),
      ...transport,
    };
  },
  "line ends of three systems in one file": () => ({
    log: ofTransport().replaceAll("\r\n", "\r\r\n").replace("\r\r\n", "\r").replace("\r\r\n   at", "\n   at"),
    run: run2016,
    ...transport,
  }),
  "line ends of the old Mac alone": () => ({
    log: ofTransport().replaceAll("\r\n", "\r"),
    run: run2016,
    ...transport,
  }),
  "a transcript of PowerShell that shows the file": () => ({
    log: [
      "**********************\r\nWindows PowerShell transcript start\r\n**********************\r\n",
      `PS C:\\> Get-Content C:\\ExchangeSetupLogs\\ExchangeSetup.log -Tail 20\r\n${ofTransport()}`,
      "PS C:\\> Stop-Transcript\r\n**********************\r\n",
    ].join(""),
    run: run2016,
    ...transport,
  }),
  "what Select-String shows with lines around": () => ({
    log: ofTransport()
      .split("\r\n")
      .map((each, index) => `${index === 9 ? ">" : " "} ExchangeSetup.log:${1000 + index}:${each}\r\n`)
      .join(""),
    run: run2016,
    ...transport,
  }),
};

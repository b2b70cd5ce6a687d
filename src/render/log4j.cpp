// The two forms of the Java instance's log4j configuration.
#include <array>

#include "render/log_config.hpp"

namespace functionmesh::render {
namespace {

// Taken from the JVM's system properties, which the instance's command line sets.
constexpr std::string_view kFile = "${sys:pulsar.function.log.dir}/${sys:pulsar.function.log.file}";
constexpr std::string_view kConsolePattern =
    "%d{ISO8601_OFFSET_DATE_TIME_HHMM} [%t] %-5level %logger{36} - %msg%n";
constexpr std::string_view kFilePattern =
    "%d{yyyy-MMM-dd HH:mm:ss} [%t] %-5level %logger{36} - %msg%n";
constexpr std::string_view kBookKeeper =
    "org.apache.pulsar.functions.runtime.shaded.org.apache.bookkeeper";

struct Trigger {
  std::string_view schedule;  ///< Quartz cron; empty when by size
  std::string_view size;
};

Trigger trigger_of(Rotation rotation) {
  switch (rotation) {
    case Rotation::daily:
      return {.schedule = "0 0 0 * * ? *", .size = ""};
    case Rotation::weekly:
      return {.schedule = "0 0 0 ? * 1 *", .size = ""};
    case Rotation::monthly:
      return {.schedule = "0 0 0 1 * ? *", .size = ""};
    case Rotation::size_50mb:
      return {.schedule = "", .size = "50MB"};
    case Rotation::size_100mb:
      return {.schedule = "", .size = "100MB"};
    default:
      return {.schedule = "", .size = "10MB"};
  }
}

/// `text` with each @name@ replaced. Values are not looked into again.
struct Replacement {
  std::string_view name;
  std::string_view value;
};

std::string fill(std::string_view text, std::initializer_list<Replacement> replacements) {
  std::string filled;
  for (std::size_t at = 0; at < text.size();) {
    const Replacement* match = nullptr;
    for (const Replacement& replacement : replacements) {
      if (text.substr(at).starts_with(replacement.name)) {
        match = &replacement;
      }
    }
    if (match != nullptr) {
      filled += match->value;
      at += match->name.size();
    } else {
      filled.push_back(text[at++]);
    }
  }
  return filled;
}

constexpr std::string_view kXml = R"(<?xml version="1.0" encoding="UTF-8"?>
<Configuration name="pulsar-functions-kubernetes-instance" monitorInterval="30">
  <Properties>
    <Property name="pulsar.log.level">@level@</Property>
    <Property name="bk.log.level">@level@</Property>
  </Properties>
  <Appenders>
    <Console name="Console" target="SYSTEM_OUT">
      @console_layout@
    </Console>@file_appender@
  </Appenders>
  <Loggers>
    <Logger name="@bookkeeper@" level="${sys:bk.log.level}" additivity="false">@references@
    </Logger>
    <Root level="${sys:pulsar.log.level}">@references@
    </Root>
  </Loggers>
</Configuration>)";

constexpr std::string_view kXmlFileAppender = R"(
    <RollingRandomAccessFile name="RollingRandomAccessFile" fileName="@file@.log"
        filePattern="@file@-%d{yyyy-MM-dd-HH-mm}-%i.log.gz">
      @file_layout@
      <Policies>
        @policy@
      </Policies>
      <DefaultRolloverStrategy max="5"/>
    </RollingRandomAccessFile>)";

constexpr std::string_view kXmlReference = R"(
      <AppenderRef ref="Console"/>)";
constexpr std::string_view kXmlFileReference = R"(
      <AppenderRef ref="RollingRandomAccessFile"/>)";

std::string xml_layout(bool json, std::string_view pattern) {
  if (json) {
    return R"(<JsonLayout complete="false" compact="true" eventEol="true"/>)";
  }
  return fill(R"(<PatternLayout pattern="@pattern@"/>)", {{"@pattern@", pattern}});
}

std::string xml_policy(const Trigger& trigger) {
  if (trigger.size.empty()) {
    return fill(R"(<CronTriggeringPolicy schedule="@schedule@"/>)",
                {{"@schedule@", trigger.schedule}});
  }
  return fill(R"(<SizeBasedTriggeringPolicy size="@size@"/>)", {{"@size@", trigger.size}});
}

constexpr std::string_view kYaml = R"(Configuration:
  name: pulsar-functions-kubernetes-instance
  monitorInterval: 30
  Properties:
    Property:
      - name: pulsar.log.level
        value: "@level@"
      - name: bk.log.level
        value: "@level@"
  Appenders:
    Console:
      name: Console
      target: SYSTEM_OUT
      @console_layout@
    RollingRandomAccessFile:
      name: RollingRandomAccessFile
      fileName: "@file@.log"
      filePattern: "@file@-%d{yyyy-MM-dd}-%i.log.gz"
      @file_layout@
      Policies:
        @policy@
      DefaultRolloverStrategy:
        max: 5
  Loggers:
    Logger:
      name: @bookkeeper@
      level: "${sys:bk.log.level}"
      additivity: false
      AppenderRef:
        - ref: Console
        - ref: RollingRandomAccessFile
    Root:
      level: "${sys:pulsar.log.level}"
      AppenderRef:
        - ref: Console
        - ref: RollingRandomAccessFile)";

std::string yaml_layout(bool json, std::string_view pattern) {
  if (json) {
    return R"(JsonLayout:
        complete: false
        compact: true
        eventEol: true)";
  }
  return fill(R"(PatternLayout:
        Pattern: "@pattern@")",
              {{"@pattern@", pattern}});
}

std::string yaml_policy(Rotation rotation) {
  const Trigger trigger = trigger_of(rotation);
  if (rotation == Rotation::none) {
    return fill(R"(TimeBasedTriggeringPolicy:
          interval: 1
          modulate: true
        SizeBasedTriggeringPolicy:
          size: @size@)",
                {{"@size@", trigger.size}});
  }
  if (trigger.size.empty()) {
    return fill(R"(CronTriggeringPolicy:
          schedule: "@schedule@")",
                {{"@schedule@", trigger.schedule}});
  }
  return fill(R"(SizeBasedTriggeringPolicy:
          size: @size@)",
              {{"@size@", trigger.size}});
}

}  // namespace

std::string_view log4j_level(std::string_view level) {
  struct Named {
    std::string_view given;
    std::string_view written;
  };
  for (const auto& [given, written] : {
           Named{"off", "OFF"},
           Named{"trace", "TRACE"},
           Named{"debug", "DEBUG"},
           Named{"warn", "WARN"},
           Named{"error", "ERROR"},
           Named{"fatal", "FATAL"},
           Named{"all", "ALL"},
       }) {
    if (given == level) {
      return written;
    }
  }
  return "INFO";
}

std::string log4j_xml(const LogChoice& choice) {
  std::string appender;
  std::string references{kXmlReference};
  if (choice.rotation != Rotation::none) {
    appender = fill(kXmlFileAppender, {
                                          {"@file@", kFile},
                                          {"@file_layout@", xml_layout(choice.json, kFilePattern)},
                                          {"@policy@", xml_policy(trigger_of(choice.rotation))},
                                      });
    references += kXmlFileReference;
  }
  return fill(kXml, {
                        {"@level@", log4j_level(choice.level)},
                        {"@console_layout@", xml_layout(choice.json, kConsolePattern)},
                        {"@file_appender@", appender},
                        {"@bookkeeper@", kBookKeeper},
                        {"@references@", references},
                    });
}

std::string log4j_yaml(const LogChoice& choice) {
  return fill(kYaml, {
                         {"@level@", log4j_level(choice.level)},
                         {"@console_layout@", yaml_layout(choice.json, kConsolePattern)},
                         {"@file@", kFile},
                         {"@file_layout@", yaml_layout(choice.json, kFilePattern)},
                         {"@policy@", yaml_policy(choice.rotation)},
                         {"@bookkeeper@", kBookKeeper},
                     });
}

}  // namespace functionmesh::render

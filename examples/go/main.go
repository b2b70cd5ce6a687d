// A function in Go on the Pulsar client: reads a topic, writes what process makes of each message.
// A message is acknowledged when its result is stored; one that fails comes again.
package main

import (
	"context"
	"encoding/json"
	"log"
	"os"
	"os/signal"
	"syscall"

	"github.com/apache/pulsar-client-go/pulsar"
)

// process is the function: it puts the configured prefix before the message.
func process(message []byte, config map[string]any) []byte {
	prefix, _ := config["prefix"].(string)
	return append([]byte(prefix), message...)
}

func main() {
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

func run() error {
	conf, err := readConf()
	if err != nil {
		return err
	}
	config := map[string]any{}
	if conf.UserConfig != "" {
		if err := json.Unmarshal([]byte(conf.UserConfig), &config); err != nil {
			return err
		}
	}
	client, err := pulsar.NewClient(pulsar.ClientOptions{URL: conf.PulsarServiceURL})
	if err != nil {
		return err
	}
	defer client.Close()
	consumer, err := subscribe(client, conf)
	if err != nil {
		return err
	}
	defer consumer.Close()
	producer, err := client.CreateProducer(pulsar.ProducerOptions{Topic: conf.SinkSpecsTopic})
	if err != nil {
		return err
	}
	defer producer.Close()

	counters := &Counters{}
	go func() { log.Fatal(counters.serve(conf)) }()
	until, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	for {
		message, err := consumer.Receive(until)
		if err != nil {
			return producer.FlushWithCtx(context.Background())
		}
		counters.received.Add(1)
		result := &pulsar.ProducerMessage{
			Payload:    process(message.Payload(), config),
			Key:        message.Key(),
			Properties: message.Properties(),
		}
		producer.SendAsync(until, result, func(_ pulsar.MessageID, _ *pulsar.ProducerMessage, err error) {
			if err != nil {
				counters.failed.Add(1)
				consumer.Nack(message)
				return
			}
			counters.processed.Add(1)
			consumer.Ack(message)
		})
	}
}

func subscribe(client pulsar.Client, conf Conf) (pulsar.Consumer, error) {
	const earliest = 1 // of the enumeration SubscriptionPosition in the configuration
	position := pulsar.SubscriptionPositionLatest
	if conf.SubscriptionPosition == earliest {
		position = pulsar.SubscriptionPositionEarliest
	}
	return client.Subscribe(pulsar.ConsumerOptions{
		Topic:                       conf.SourceSpecsTopic,
		SubscriptionName:            conf.Subscription(),
		SubscriptionInitialPosition: position,
		Type:                        pulsar.Shared,
	})
}

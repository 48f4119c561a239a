// Reads a calendar over HTTP with ical.js, Thunderbird's parser, and prints what happens in [since, until) as JSON.
import ICAL from "ical.js";

const [url, since, until] = process.argv.slice(2);
const response = await fetch(url);
if (!response.ok) throw new Error(`the feed answered ${response.status}`);
const calendar = new ICAL.Component(ICAL.parse(await response.text()));
for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);

const written = (time) => time.toJSDate().toISOString().replace(".000Z", "Z");
const events = calendar.getAllSubcomponents("vevent").map((each) => new ICAL.Event(each));
const masters = events.filter((event) => !event.isRecurrenceException());
for (const event of events.filter((each) => each.isRecurrenceException())) {
  masters.find((master) => master.uid === event.uid).relateException(event);
}

function* happenings(event) {
  if (!event.isRecurring()) {
    yield { item: event, startDate: event.startDate, endDate: event.endDate };
    return;
  }
  const starts = event.iterator();
  for (let next = starts.next(); next; next = starts.next()) yield event.getOccurrenceDetails(next);
}

const found = [];
for (const event of masters) {
  for (const { item, startDate, endDate } of happenings(event)) {
    const told = item.component;
    found.push({
      uid: item.uid,
      starts: written(startDate),
      ends: written(endDate),
      summary: item.summary,
      status: told.getFirstPropertyValue("status") ?? "",
      sequence: item.sequence ?? 0,
      place: item.location ?? "",
    });
  }
}
const within = found.filter((each) => since <= each.starts && each.starts < until);
console.log(JSON.stringify(within.sort((a, b) => (a.starts + a.uid < b.starts + b.uid ? -1 : 1))));

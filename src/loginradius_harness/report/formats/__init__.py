"""Write a report as HTML, JUnit, SARIF, HAR, JSON or text."""
